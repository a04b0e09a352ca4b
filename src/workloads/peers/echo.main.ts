/** Node's `net`: sends back what it receives; with a delay, each piece that long after it came. Options: `delayNs`. */
import net, { type AddressInfo } from 'node:net';
import { servePeer } from './peer.ts';

servePeer(({ delayNs }) => {
  const delayMs = Number(delayNs ?? 0) / 1e6;
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (delayMs === 0) socket.on('data', (bytes) => socket.write(bytes));
    else socket.on('data', (bytes) => setTimeout(() => socket.write(bytes), delayMs));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
      resolve({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    });
  });
});
