/**
 * A UDP peer in a process of its own: a blocking engine stops the tests' own. What it does with a datagram is
 * its first letter.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

export const LATE_MS = 60;

const SERVER = `
  const dgram = require('node:dgram');
  const acts = {
    /** Echoes. */
    e: (answer, bytes) => answer(bytes),
    /** Loses it. */
    l: () => {},
    /** Answers twice, the second time longer. */
    t: (answer) => { answer('first'); answer('the second'); },
    /** Answers late. */
    w: (answer, bytes) => setTimeout(() => answer(bytes), ${LATE_MS}),
    /** An empty answer. */
    0: (answer) => answer(''),
  };
  const ports = ['127.0.0.1', '::1'].map((address) => new Promise((resolve) => {
    const socket = dgram.createSocket(address === '::1' ? 'udp6' : 'udp4');
    socket.on('error', () => resolve(0));
    socket.on('message', (bytes, from) => {
      const answer = (text) => socket.send(text, from.port, from.address);
      acts[String.fromCharCode(bytes[0])](answer, bytes);
    });
    socket.bind(0, address, () => resolve(socket.address().port));
  }));
  Promise.all(ports).then((found) => process.send(found));
  process.on('disconnect', () => process.exit());
`;

/** Starts it before the tests of a file, and ends it after them. A port is 0 where there is no such address. */
export function datagramProcess(): { port: number; port6: number } {
  const peer = { port: 0, port6: 0 };
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'test-of-iobench-'));
    writeFileSync(path.join(directory, 'server.cjs'), SERVER);
    const server = fork(path.join(directory, 'server.cjs'));
    [[peer.port, peer.port6]] = (await once(server, 'message')) as [[number, number]];
    stop = async () => {
      server.kill();
      await once(server, 'exit');
      rmSync(directory, { recursive: true });
    };
  });
  afterAll(() => stop());
  return peer;
}
