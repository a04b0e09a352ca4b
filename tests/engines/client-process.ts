/** TCP clients in a process of their own: a blocking server stops the tests' own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

const CLIENTS = `
  const net = require('node:net');
  const { once } = require('node:events');
  let held = [];
  const opened = async (port, host = '127.0.0.1') => {
    const socket = net.connect({ port, host, allowHalfOpen: true });
    await once(socket, 'connect');
    socket.on('error', () => {});
    return socket;
  };
  const toItsEnd = (socket) => new Promise((resolve, reject) => {
    if (socket.errored) return reject(socket.errored);
    if (socket.readableEnded) return resolve(Buffer.alloc(0));
    const parts = [];
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => resolve(Buffer.concat(parts)));
    socket.on('error', reject);
  });
  const acts = {
    /** Opens so many, and keeps them. */
    async open({ port, count, host }) {
      held = await Promise.all(Array.from({ length: count }, () => opened(port, host)));
      return held.length;
    },
    /** Each of those kept says its number, and returns what comes back until the end. */
    talk: () => Promise.all(held.map(async (socket, index) => {
      socket.end('number ' + index);
      return (await toItsEnd(socket)).toString();
    })),
    /** Sends so many bytes, ends its half, and reads to the end, beginning late. */
    async send({ port, bytes, delayMs }) {
      const socket = await opened(port);
      const message = Buffer.alloc(bytes, 'abcdefghijklm');
      socket.end(message);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const answer = await toItsEnd(socket);
      return { bytes: answer.length, isSame: answer.equals(message), text: answer.toString('latin1', 0, 30) };
    },
    /** Connects and resets. */
    async reset({ port }) {
      const socket = await opened(port);
      socket.resetAndDestroy();
      await once(socket, 'close');
    },
    /** How those kept end: reset, or closed. */
    ends: () => Promise.all(held.map((socket) => toItsEnd(socket).then(() => 'end', (error) => error.code))),
    drop() {
      for (const socket of held) socket.destroy();
    },
  };
  /** One after another. */
  let last = Promise.resolve();
  process.on('message', ({ act, ...how }) => {
    last = last.then(() => acts[act](how)).then(
      (answer) => process.send({ answer }),
      (error) => process.send({ error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
`;

type Asking = { act: string } & Record<string, string | number | undefined>;

interface Answer {
  readonly answer?: unknown;
  readonly error?: string;
}

export interface Clients {
  /** Asks for an act. Resolves when they have been asked; the answer is there when they have answered. */
  begin(asking: Asking): Promise<() => Promise<unknown>>;
  /** Asks, and waits for the answer. */
  ask(asking: Asking): Promise<unknown>;
}

/** Starts them before the tests of a file, and ends them after them. */
export function clientProcess(): Clients {
  let process: ChildProcess;
  let directory: string;
  const answers: ((answer: Answer) => void)[] = [];
  beforeAll(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'test-of-iobench-'));
    writeFileSync(path.join(directory, 'clients.cjs'), CLIENTS);
    process = fork(path.join(directory, 'clients.cjs'));
    process.on('message', (message) => answers.shift()?.(message as Answer));
  });
  afterAll(async () => {
    process.kill();
    await once(process, 'exit');
    rmSync(directory, { recursive: true });
  });
  async function begin(asking: Asking) {
    const answered = new Promise<Answer>((resolve) => answers.push(resolve));
    await new Promise((resolve) => process.send(asking, resolve));
    return async () => {
      const { answer, error } = await answered;
      if (error) throw new Error(error);
      return answer;
    };
  }
  return { begin, ask: async (asking) => (await begin(asking))() };
}
