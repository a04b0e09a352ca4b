/** Multishot receive beside what all engines are tested for: shared buffers, and where they end up. */
import os from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBufferRing } from '../../src/engines/buffer-ring.ts';
import { type Complete, PENDING } from '../../src/engines/engine.ts';
import { MOST_BUFFERS_KEPT } from '../../src/engines/inbox.ts';
import { tryMultishotReceive } from '../../src/engines/multishot-trial.ts';
import { createRing, type Ring } from '../../src/engines/ring.ts';
import { ioUring } from '../../src/engines/uring.ts';
import { ioUringModel } from '../../src/models/io-uring.ts';
import { type Connection, close, connect, type Operation, receive, send } from '../../src/operations.ts';
import { peerProcess } from './peer-process.ts';

const peer = peerProcess();
const traits = { form: 'operations', uses: [], concurrency: 1, threads: undefined } as const;
const whyNot = ioUringModel.refuses({ ...traits, params: { multishotReceive: true } });
if (whyNot) console.log(`skipped: ${JSON.stringify(whyNot)}`);
const { EINVAL } = os.constants.errno;
const BUFFER_BYTES = 16;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An engine that receives many times, into `count` buffers of 16 bytes. */
function started(count: number) {
  const real = createRing(64);
  let completions = 0;
  const ring: Ring = {
    ...real,
    complete(completed) {
      real.complete((...completion) => {
        completions++;
        completed(...completion);
      });
    },
  };
  const pool = createBufferRing(ring, count, BUFFER_BYTES);
  const complete: Complete = (waiter, error, value) => (waiter as Waiting).done(error ?? value);
  const engine = ioUring(ring, complete, { buffers: false, files: false, multishotReceive: pool });
  return { ring, pool, engine, completions: () => completions };
}
interface Waiting {
  done(outcome: unknown): void;
}

let loop: ReturnType<typeof started>;
function turn() {
  loop.ring.submitAndWait(50e6);
  loop.engine.completeAll(() => {});
}
/** The outcome of an operation; the loop turns until it is there. */
function perform(operation: Operation): unknown {
  const outcomes: unknown[] = [];
  const value = operation.performBy(loop.engine, { done: (outcome: unknown) => outcomes.push(outcome) });
  if (value !== PENDING) return value;
  const limitMs = performance.now() + 5000;
  while (outcomes.length === 0 && performance.now() < limitMs) turn();
  expect(outcomes).toHaveLength(1);
  return outcomes[0];
}
const open = () => perform(connect('127.0.0.1', peer.port)) as Connection;
function receiveAll(connection: Connection, most: number, pieceBytes = most): Buffer {
  const answer = Buffer.alloc(most);
  let received = 0;
  while (received < most) {
    const bytes = perform(
      receive(connection, answer, received, Math.min(pieceBytes, most - received)),
    ) as number;
    expect(bytes).toBeGreaterThan(0);
    received += bytes;
  }
  return answer;
}
/** A connection that receives by an entry of its own, and to which `bytes` of an echo have come unasked. */
async function withUnasked(bytes: number) {
  const connection = open();
  perform(send(connection, Buffer.from('e')));
  expect(receiveAll(connection, 1).toString()).toBe('e');
  const text = Buffer.from(Array.from({ length: bytes }, (_, index) => 97 + (index % 23)));
  perform(send(connection, text));
  await pause(30);
  for (let time = 0; time < 5; time++) turn();
  return { connection, text };
}

describe.skipIf(whyNot !== undefined)('multishot receive', () => {
  afterEach(() => {
    loop.pool.close();
    loop.ring.close();
  });

  describe('with 64 shared buffers', () => {
    beforeEach(() => {
      loop = started(64);
    });

    test('what came before it was asked for is received at once, and its buffers go back', async () => {
      const { connection, text } = await withUnasked(40);
      expect(loop.pool.available).toBe(61);
      const answer = Buffer.alloc(50, '-');
      expect(loop.engine.peek({ connection } as never, {})).toBe('bytes');
      expect(loop.engine.receive(receive(connection, answer, 2, 25), {})).toBe(25);
      expect(loop.engine.receive(receive(connection, answer, 27), {})).toBe(15);
      expect(answer.toString()).toBe(`--${text}--------`);
      expect(loop.engine.peek({ connection } as never, {})).toBe('nothing');
      expect(loop.pool.available).toBe(64);
      perform(close(connection));
    });

    test('a connection that nobody receives from keeps no more than its share', async () => {
      const { connection, text } = await withUnasked(5000);
      expect(loop.pool.available).toBe(64 - MOST_BUFFERS_KEPT);
      const other = open();
      perform(send(other, Buffer.from('e and another one, served meanwhile')));
      expect(receiveAll(other, 35).toString()).toBe('e and another one, served meanwhile');
      expect(receiveAll(connection, 5000, 700).equals(text)).toBe(true);
      expect(loop.pool.available).toBe(64);
      for (const each of [connection, other]) perform(close(each));
    });

    test('what is not received stays with the system, and holds the peer back', () => {
      const connection = open();
      perform(send(connection, Buffer.from('b')));
      receiveAll(connection, 1);
      for (let time = 0; time < 20; time++) turn();
      const taken = loop.completions();
      expect(taken).toBeGreaterThan(MOST_BUFFERS_KEPT);
      for (let time = 0; time < 10; time++) turn();
      expect(loop.completions()).toBe(taken);
      expect(receiveAll(connection, 20_000, 5000).equals(Buffer.alloc(20_000, 'b'))).toBe(true);
      perform(close(connection));
    });

    test.each([40, 5000])('a close with %i bytes unreceived loses no buffer, and closes', async (bytes) => {
      for (let time = 0; time < 3; time++) {
        const { connection } = await withUnasked(bytes);
        perform(send(connection, Buffer.alloc(300, 'e')));
        expect(perform(close(connection))).toBe(0);
        for (let turns = 0; turns < 3; turns++) turn();
        expect(loop.pool.available).toBe(64);
      }
      const connection = open();
      perform(send(connection, Buffer.from('n')));
      expect(receiveAll(connection, 1).toString()).toBe('0');
      perform(close(connection));
    });
  });

  test('with no buffers left, a receive has an entry of its own', async () => {
    loop = started(2);
    const { connection, text } = await withUnasked(32);
    expect(loop.pool.available).toBe(0);
    const other = open();
    for (const words of ['echo one', 'and two', 'and a third that fits into no buffer of theirs']) {
      perform(send(other, Buffer.from(words)));
      expect(receiveAll(other, words.length).toString()).toBe(words);
    }
    expect(loop.pool.available).toBe(0);
    expect(receiveAll(connection, 32, 10).equals(text)).toBe(true);
    expect(loop.pool.available).toBe(2);
    for (const each of [connection, other]) perform(close(each));
  });

  test('more than all buffers hold arrives whole, through two of them', () => {
    loop = started(2);
    const connection = open();
    const message = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index ? index % 251 : 101)));
    perform(send(connection, message));
    expect(receiveAll(connection, message.length, 100).equals(message)).toBe(true);
    perform(close(connection));
  });
});

/** A ring whose kernel answers each entry with an error. */
function refusing({ registers }: { registers: boolean }) {
  const entries = new Int32Array(16);
  const state = { isClosed: false };
  const ring: Ring = {
    entries,
    size: 1,
    keepTogether() {},
    take: () => 0,
    submitAndWait() {},
    complete: (completed) => completed(entries[8] as number, -EINVAL, 0),
    register: () => (registers ? 0 : -EINVAL),
    close() {
      state.isClosed = true;
    },
  };
  return { ring, state };
}

describe.skipIf(whyNot !== undefined)('a kernel without multishot receive is refused', () => {
  test.each([
    [false, /^io_uring_register of a ring of buffers: EINVAL$/],
    [true, /^EINVAL: receive/],
  ])('with its own reason (it takes buffers: %s)', (registers, reason) => {
    const { ring, state } = refusing({ registers });
    expect(() => tryMultishotReceive(ring)).toThrow(reason);
    expect(state.isClosed).toBe(true);
  });
});
