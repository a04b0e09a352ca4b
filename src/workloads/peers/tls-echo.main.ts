/** Sends back what it receives over TLS, by Node's own node:tls. Options: `certFile`, `keyFile` (PEM). */
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { listening, servePeer } from './peer.ts';

servePeer(({ certFile, keyFile }) => {
  const identity = { cert: readFileSync(String(certFile)), key: readFileSync(String(keyFile)) };
  const server = tls.createServer({ ...identity, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => socket.write(bytes));
  });
  return listening(server);
});
