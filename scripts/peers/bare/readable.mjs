// The same loop in the style of readiness: told that a socket is readable, it reads what there is.
import net from 'node:net';
import process from 'node:process';

const [host, port, connections, size, milliseconds] = process.argv.slice(2);
const message = Buffer.alloc(Number(size), 'x');
let completed = 0;

for (let index = 0; index < Number(connections); index++) {
  const socket = net.connect({ host, port: Number(port), noDelay: true });
  let received = 0;
  socket.on('readable', () => {
    const bytes = socket.read();
    if (bytes === null) return;
    received += bytes.length;
    if (received < message.length) return;
    received = 0;
    completed++;
    socket.write(message);
  });
  socket.once('connect', () => socket.write(message));
}
setTimeout(() => {
  const before = process.cpuUsage();
  const first = completed;
  setTimeout(() => {
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(JSON.stringify({ cpuNsPerRequest: ((user + system) * 1000) / (completed - first) }));
    process.exit();
  }, Number(milliseconds));
}, 300);
