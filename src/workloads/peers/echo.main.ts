/** Node's `net`: sends back what it receives; with a delay, each piece that long after it came. Options: `delayNs`. */
import net from 'node:net';
import { listening, servePeer } from './peer.ts';

servePeer(({ delayNs }) => {
  const delayMs = Number(delayNs ?? 0) / 1e6;
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (delayMs === 0) socket.on('data', (bytes) => socket.write(bytes));
    else socket.on('data', (bytes) => setTimeout(() => socket.write(bytes), delayMs));
  });
  return listening(server);
});
