/**
 * A WebSocket server: sends each message back to whom it came from, or to all who have connected with the
 * same path, if that is not `/`. Without compression, which would be measured in its place.
 */
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { servePeer } from './peer.ts';

const LARGEST_BYTES = 2 ** 30;

servePeer(() => {
  const rooms = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    backlog: 4096,
    perMessageDeflate: false,
    maxPayload: LARGEST_BYTES,
  });
  server.on('connection', (socket, { url: path = '/' }) => {
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
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      resolve({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    });
  });
});
