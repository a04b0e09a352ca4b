// As net.mjs, over node:tls: one message in flight on each connection, whose servers are verified. The CPU time
// of so many seconds, after as many to warm up.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import tls from 'node:tls';
import { measure } from './window.mjs';

const [host, port, caFile, servername, connections, size, seconds] = process.argv.slice(2);
const message = Buffer.alloc(Number(size), 'x');
const secureContext = tls.createSecureContext({ ca: readFileSync(caFile) });
let completed = 0;

for (let index = 0; index < Number(connections); index++) {
  let received = 0;
  const socket = tls.connect({ host, port: Number(port), secureContext, servername });
  socket.setNoDelay(true);
  socket.on('data', (data) => {
    received += data.length;
    if (received < message.length) return;
    received = 0;
    completed++;
    socket.write(message);
  });
  socket.once('secureConnect', () => socket.write(message));
}
measure(Number(seconds), () => completed);
