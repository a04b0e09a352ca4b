/**
 * A WebSocket server: sends each message back to whom it came from, or to all who have connected with the
 * same path, if that is not `/`. Without compression, which would be measured in its place.
 */
import http from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { listening, servePeer } from './peer.ts';

const LARGEST_BYTES = 2 ** 30;

servePeer(() => {
  const rooms = new Map<string, Set<WebSocket>>();
  const server = http.createServer();
  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: false,
    maxPayload: LARGEST_BYTES,
  });
  sockets.on('connection', (socket, { url: path = '/' }) => {
    socket.on('error', () => socket.terminate());
    const room = path === '/' ? new Set<WebSocket>() : (rooms.get(path) ?? new Set());
    room.add(socket);
    if (path !== '/') rooms.set(path, room);
    socket.on('message', (data, isBinary) => {
      for (const listener of room) listener.send(data, { binary: isBinary });
    });
    socket.on('close', () => {
      room.delete(socket);
      if (room.size === 0) rooms.delete(path);
    });
  });
  return listening(server);
});
