// autocannon, by its own interface: the CPU time of this process a request, over N seconds after as
// many to warm up.
import process from 'node:process';
import autocannon from 'autocannon';

const [url, connections, seconds] = process.argv.slice(2);
await autocannon({ url, connections: Number(connections), duration: Number(seconds) });
const before = process.cpuUsage();
const { requests } = await autocannon({ url, connections: Number(connections), duration: Number(seconds) });
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ cpuNsPerRequest: ((user + system) * 1000) / requests.total }));
