/** A Socket.IO server that acknowledges each `echo` with its message. WebSocket only, without compression. */
import http from 'node:http';
import { Server } from 'socket.io';
import { listening, servePeer } from './peer.ts';

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
  return listening(server);
});
