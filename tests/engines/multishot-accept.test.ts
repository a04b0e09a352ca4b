/** Multishot accept beside what all engines are tested for: one entry, and connections not yet asked for. */
import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { tryMultishotAccept } from '../../src/engines/multishot-trial.ts';
import { createRing, type Ring } from '../../src/engines/ring.ts';
import { type IoUring, ioUring } from '../../src/engines/uring.ts';
import { ioUringModel } from '../../src/models/io-uring.ts';
import { accept, close, type Listener, listen, shutdown } from '../../src/operations.ts';
import { clientProcess } from './client-process.ts';

const clients = clientProcess();
const traits = { form: 'operations', uses: [], concurrency: 1, threads: undefined } as const;
const whyNot = ioUringModel.refuses({ ...traits, params: { multishotAccept: true } });
if (whyNot) console.log(`skipped: ${JSON.stringify(whyNot)}`);

/** An engine that accepts many times, its outcomes, and how many entries it has submitted. */
function started() {
  const real = createRing(8);
  let taken = 0;
  const ring: Ring = {
    ...real,

    take() {
      taken++;
      return real.take();
    },
  };
  const outcomes: unknown[] = [];
  const engine = ioUring(ring, (_waiter, error, value) => outcomes.push(error ?? value), {
    buffers: false,
    files: false,
    multishotAccept: true,
  });
  const turnUntil = (isDone: () => boolean) => {
    const limitMs = performance.now() + 5000;
    while (!isDone() && performance.now() < limitMs) {
      ring.submitAndWait(50e6);
      engine.completeAll(() => {});
    }
    expect(isDone()).toBe(true);
  };
  return { engine, ring, outcomes, turnUntil, entries: () => taken };
}

/** A listener at which one connection was accepted, while three more came that nobody has asked for. */
async function withThreeInLine({ engine, outcomes, turnUntil, ring }: ReturnType<typeof started>) {
  const listener = engine.listen(listen('127.0.0.1', 0), {}) as Listener;
  engine.accept(accept(listener), {});
  await clients.ask({ act: 'open', port: listener.port, count: 4 });
  turnUntil(() => outcomes.length === 1);
  // The kernel completes them one by one: whatever it has not yet, it does in the next turn.
  ring.submitAndWait(1e6);
  engine.completeAll(() => {});
  return listener;
}
const acceptNow = (engine: IoUring, listener: Listener) => engine.accept(accept(listener), {});

describe.skipIf(whyNot !== undefined)('multishot accept', () => {
  test('one entry accepts all connections of a listener, those that came unasked first', async () => {
    const loop = started();
    const listener = await withThreeInLine(loop);
    const accepted = [1, 2, 3].map(() => acceptNow(loop.engine, listener));
    expect(new Set(accepted.map((each) => (each as { fd?: number }).fd)).size).toBe(3);
    expect(accepted).toMatchObject(Array(3).fill({ target: `a client of 127.0.0.1:${listener.port}` }));
    expect(loop.entries()).toBe(1);
    for (const each of [...accepted, loop.outcomes[0], listener]) loop.engine.close(close(each as never), {});
    loop.turnUntil(() => loop.outcomes.length === 6);
    loop.ring.close();
  });

  test.each(['close', 'shutdown'])('%s resets what waits in line, and nothing else', async (how) => {
    const loop = started();
    const { engine, outcomes } = loop;
    const listener = await withThreeInLine(loop);
    if (how === 'close') engine.close(close(listener), {});
    else engine.shutdown(shutdown(listener), {});
    expect(() => acceptNow(engine, listener)).toThrow('EINVAL: accept 127.0.0.1:');
    engine.close(close(outcomes[0] as never), {});
    const closed = how === 'close' ? 3 : 2;
    loop.turnUntil(() => outcomes.length === closed);
    const ends = (await clients.ask({ act: 'ends' })) as string[];
    expect(ends.sort()).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET', 'end']);
    loop.ring.close();
  });

  test('a kernel that takes no such entry is refused with its own reason', () => {
    const entries = new Int32Array(16);
    let isClosed = false;
    const ring: Ring = {
      entries,
      size: 1,
      take: () => 0,
      keepTogether() {},
      submitAndWait() {},
      complete: (completed) => completed(entries[8] as number, -os.constants.errno.EINVAL, 0),
      register: () => 0,
      close() {
        isClosed = true;
      },
    };
    expect(() => tryMultishotAccept(ring)).toThrow(/^EINVAL: accept/);
    expect(isClosed).toBe(true);
  });
});
