// The loop that somebody would write by hand: node:net, one message in flight on each connection. With
// `onread` as the last word each socket receives into one buffer that all of them share; without, it is
// handed the data. The CPU time of so many seconds, after as many to warm up.
import net from 'node:net';
import process from 'node:process';
import { measure } from './window.mjs';

const [host, port, connections, size, seconds, style = 'data'] = process.argv.slice(2);
const message = Buffer.alloc(Number(size), 'x');
const landing = Buffer.alloc(64 * 1024);
let completed = 0;

for (let index = 0; index < Number(connections); index++) {
  let received = 0;
  const take = (bytes) => {
    received += bytes;
    if (received >= message.length) {
      received = 0;
      completed++;
      socket.write(message);
    }
    return true;
  };
  const options = { host, port: Number(port), noDelay: true };
  const socket = net.connect(
    style === 'onread' ? { ...options, onread: { buffer: landing, callback: take } } : options,
  );
  if (style === 'data') socket.on('data', (data) => take(data.length));
  socket.once('connect', () => socket.write(message));
}
measure(Number(seconds), () => completed);
