/** Sends back what it receives over TLS, by Node's own node:tls. Options: `certFile`, `keyFile` (PEM). */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { servePeer } from './peer.ts';

servePeer(({ certFile, keyFile }) => {
  const identity = { cert: readFileSync(String(certFile)), key: readFileSync(String(keyFile)) };
  const server = tls.createServer({ ...identity, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => socket.write(bytes));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
      resolve({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    });
  });
});
