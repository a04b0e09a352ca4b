// The loop that somebody would write by hand with ws: one message in flight on each WebSocket. The CPU time of
// so many seconds, after as many to warm up.
import process from 'node:process';
import { WebSocket } from 'ws';

const [host, port, connections, size, seconds] = process.argv.slice(2);
const message = Buffer.alloc(Number(size), 'x');
let completed = 0;

for (let index = 0; index < Number(connections); index++) {
  const socket = new WebSocket(`ws://${host}:${port}/`, { perMessageDeflate: false });
  socket.on('message', () => {
    completed++;
    socket.send(message);
  });
  socket.once('open', () => socket.send(message));
}
setTimeout(() => {
  const before = process.cpuUsage();
  const first = completed;
  setTimeout(() => {
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(JSON.stringify({ cpuNsPerRequest: ((user + system) * 1000) / (completed - first) }));
    process.exit();
  }, Number(seconds) * 1000);
}, Number(seconds) * 1000);
