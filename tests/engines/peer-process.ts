/**
 * A TCP peer in a process of its own: a blocking engine stops the tests' own. What it does is the first
 * letter that it is sent.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Bytes that no pair of sockets holds. */
export const LARGE_BYTES = 12 * 1024 * 1024;
/** How long the peer lets the others wait where it delays. */
export const DELAY_MS = 50;

const SERVER = `
  const net = require('node:net');
  const later = (act) => setTimeout(act, ${DELAY_MS});
  let open = 0;
  let bytesAfterEnd = 0;
  const acts = {
    /** Echoes. */
    e: (socket, bytes) => socket.write(bytes),
    /** Ends its own half. What comes then is counted. */
    f: (socket, bytes) => {
      if (!socket.writableEnded) bytesAfterEnd = -bytes.length;
      bytesAfterEnd += bytes.length;
      socket.end();
    },
    /** Tells how many bytes came after it had ended its half. */
    a: (socket) => socket.write(String(bytesAfterEnd)),
    /** Tells how many other connections are open. */
    n: (socket) => socket.write(String(open - 1)),
    /** Resets. */
    r: (socket) => socket.resetAndDestroy(),
    /** Takes no more, and resets later. */
    m: (socket) => { socket.pause(); later(() => socket.resetAndDestroy()); },
    /** Sends, and resets. */
    s: (socket) => { socket.write('abcdefghij'); later(() => socket.resetAndDestroy()); },
    p: (socket) => socket.write('abcdefghij'),
    d: (socket) => { socket.write('abc'); later(() => socket.end('defghij')); },
    /** The end together with the last bytes. */
    x: (socket) => socket.end('abcdefghij'),
    /** Sends much, takes as much, and takes it late. */
    b: (socket, bytes) => {
      if (socket.taken === undefined) {
        socket.taken = 0;
        socket.write(Buffer.alloc(${LARGE_BYTES}, 'b'));
        socket.pause();
        later(() => socket.resume());
      }
      socket.taken += bytes.length;
      if (socket.taken === ${LARGE_BYTES}) socket.write('all');
    },
  };
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    let act;
    open++;
    socket.on('close', () => open--);
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      act ??= acts[String.fromCharCode(bytes[0])];
      act(socket, bytes);
    });
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => process.send(server.address().port));
  process.on('disconnect', () => process.exit());
`;

/** Starts it before the tests of a file, and ends it after them. */
export function peerProcess(): { readonly port: number } {
  const peer = { port: 0 };
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'test-of-iobench-'));
    writeFileSync(path.join(directory, 'server.cjs'), SERVER);
    const server = fork(path.join(directory, 'server.cjs'));
    [peer.port] = (await once(server, 'message')) as [number];
    stop = async () => {
      server.kill();
      await once(server, 'exit');
      rmSync(directory, { recursive: true });
    };
  });
  afterAll(() => stop());
  return peer;
}
