/**
 * io_uring at its limits: more in flight than either ring holds, what it knows beforehand, and results that
 * the kernel seldom gives.
 */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Complete } from '../../src/engines/engine.ts';
import { createRing, type Ring } from '../../src/engines/ring.ts';
import { ioUring } from '../../src/engines/uring.ts';
import { ioUringModel } from '../../src/models/io-uring.ts';
import { type Connection, close, type File, open, read, receive, send, sleep } from '../../src/operations.ts';
import { workspace } from '../workspace.ts';

const whyNot = ioUringModel.refuses({ form: 'operations', uses: [], concurrency: 1, threads: undefined });
if (whyNot) console.log(`skipped: ${whyNot}`);
const { EINTR, ECONNRESET } = os.constants.errno;

/** An engine on a ring, and what its operations came to, by their number. */
function started(ring: Ring, registered = { buffers: false, files: false }) {
  const outcomes: unknown[] = [];
  const complete: Complete = (waiter, error, value) => {
    outcomes[(waiter as { number: number }).number] = error ?? value;
  };
  const engine = ioUring(ring, complete, registered);
  const waitFor = (count: number) => {
    const limitMs = performance.now() + 10_000;
    while (Object.keys(outcomes).length < count) {
      if (performance.now() > limitMs)
        throw new Error(`${Object.keys(outcomes).length} of ${count} operations completed in time`);
      ring.submitAndWait(100e6);
      engine.completeAll(() => {});
    }
    return outcomes;
  };
  return { engine, waitFor };
}

describe.skipIf(whyNot !== undefined)('a small ring', () => {
  test('more in flight than the rings have entries: each completes, once', () => {
    const ring = createRing(2);
    const { engine, waitFor } = started(ring);
    for (let number = 0; number < 500; number++) engine.sleep(sleep(1e6 * (number % 5)), { number });
    expect(waitFor(500)).toEqual(Array(500).fill(-os.constants.errno.ETIME));
    ring.close();
  });

  test('completions that nobody has read keep nobody from handing over more', () => {
    const file = path.join(workspace(), 'data');
    writeFileSync(file, 'abc');
    const ring = createRing(2);
    const { engine, waitFor } = started(ring);
    for (let number = 0; number < 200; number++) engine.open(open(file), { number });
    const files = [...waitFor(200)] as File[];
    expect(new Set(files.map((each) => (each as unknown as { fd: number }).fd)).size).toBe(200);
    files.forEach((each, index) => {
      engine.close(close(each), { number: 200 + index });
    });
    expect(waitFor(400).slice(200)).toEqual(Array(200).fill(0));
    ring.close();
  });

  test('registered files are found under a number that another had before', () => {
    const directory = workspace();
    const buffer = Buffer.alloc(8);
    const ring = createRing(4);
    const { engine, waitFor } = started(ring, { buffers: true, files: true });
    for (let round = 0; round < 1100; round++) {
      const file = path.join(directory, `data-${round % 2}`);
      if (round < 2) writeFileSync(file, `text ${round}`);
      engine.open(open(file), { number: 3 * round });
      const opened = waitFor(3 * round + 1)[3 * round] as File;
      engine.read(read(opened, buffer, 0), { number: 3 * round + 1 });
      expect(waitFor(3 * round + 2)[3 * round + 1]).toBe(6);
      expect(buffer.toString('utf8', 0, 6)).toBe(`text ${round % 2}`);
      engine.close(close(opened), { number: 3 * round + 2 });
      waitFor(3 * round + 3);
    }
    ring.close();
  });
});

/**
 * A ring whose kernel answers each entry with the next of these results; the entries' lengths that it was
 * handed.
 */
function answering(results: number[]) {
  const entries = new Int32Array(16);
  const lengths: number[] = [];
  const taken: number[] = [];
  const ring: Ring = {
    entries,
    size: 1,
    keepTogether() {},
    take() {
      taken.push(0);
      return 0;
    },
    submitAndWait() {},
    complete(completed) {
      for (const _entry of taken.splice(0)) {
        lengths.push(entries[6] as number);
        completed(entries[8] as number, results.shift() as number, 0);
      }
    },
    register: () => 0,
    close() {},
  };
  return { ring, lengths };
}

describe.skipIf(whyNot !== undefined)('what the kernel seldom says', () => {
  const connection = { fd: 3, target: 'the peer' } as unknown as Connection;

  test('a short send goes on with the rest, whatever interrupts it', () => {
    const { ring, lengths } = answering([30, -EINTR, 50, 20]);
    const { engine, waitFor } = started(ring);
    engine.send(send(connection, Buffer.alloc(100)), { number: 0 });
    expect(waitFor(1)).toEqual([100]);
    expect(lengths).toEqual([100, 70, 70, 20]);
  });

  test('a send that fails after a part of it fails', () => {
    const { ring } = answering([30, -ECONNRESET]);
    const { engine, waitFor } = started(ring);
    engine.send(send(connection, Buffer.alloc(100)), { number: 0 });
    expect(waitFor(1)).toMatchObject([{ code: 'ECONNRESET', operation: 'send', target: 'the peer' }]);
  });

  test('a receive that a signal interrupts is asked for again', () => {
    const { ring } = answering([-EINTR, -EINTR, 7]);
    const { engine, waitFor } = started(ring);
    engine.receive(receive(connection, Buffer.alloc(100)), { number: 0 });
    expect(waitFor(1)).toEqual([7]);
  });
});
