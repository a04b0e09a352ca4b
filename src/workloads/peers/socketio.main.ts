/** A Socket.IO server that acknowledges each `echo` with its message. WebSocket only, without compression. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { servePeer } from './peer.ts';

const LARGEST_BYTES = 2 ** 30;

servePeer(() => {
  const server = http.createServer();
  const io = new Server(server, {
    transports: ['websocket'],
    perMessageDeflate: false,
    maxHttpBufferSize: LARGEST_BYTES,
    serveClient: false,
  });
  io.on('connection', (socket) => {
    socket.on('echo', (message: unknown, acknowledge: (message: unknown) => void) => acknowledge(message));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
      resolve({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    });
  });
});
