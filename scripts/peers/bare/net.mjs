// The loop that somebody would write by hand: node:net, one message in flight on each connection. With `readable` as the last word it is told that
// there is something, and reads it; without, it is handed the data.
import net from 'node:net';
import process from 'node:process';

const [host, port, connections, size, milliseconds, style = 'data'] = process.argv.slice(2);
const message = Buffer.alloc(Number(size), 'x');
let completed = 0;

for (let index = 0; index < Number(connections); index++) {
  const socket = net.connect({ host, port: Number(port), noDelay: true });
  let received = 0;
  socket.on(style, (data) => {
    const bytes = style === 'readable' ? socket.read() : data;
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
}, 1000);
