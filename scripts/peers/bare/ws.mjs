// The loop that somebody would write by hand with ws: one message in flight on each WebSocket. The CPU time of
// so many seconds, after as many to warm up.
import process from 'node:process';
import { WebSocket } from 'ws';
import { measure } from './window.mjs';

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
measure(Number(seconds), () => completed);
