// Prints the CPU time of this process per request, over N seconds after N seconds of warm-up, and ends it.
import process from 'node:process';

export function measure(seconds, completed) {
  setTimeout(() => {
    const before = process.cpuUsage();
    const first = completed();
    setTimeout(() => {
      const { user, system } = process.cpuUsage(before);
      const cpuNsPerRequest = ((user + system) * 1000) / (completed() - first);
      process.stdout.write(JSON.stringify({ cpuNsPerRequest }));
      process.exit();
    }, seconds * 1000);
  }, seconds * 1000);
}
