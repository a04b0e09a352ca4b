/** Two sequences of steps at once, by every engine that can. */
import { describe, expect, test } from 'vitest';
import { asyncCallback } from '../../src/models/async-callback.ts';
import { asyncPromise } from '../../src/models/async-promise.ts';
import { eventLoop } from '../../src/models/event-loop.ts';
import { syncBlocking } from '../../src/models/sync-blocking.ts';
import {
  accept,
  both,
  type Connection,
  close,
  compute,
  connect,
  type Listener,
  listen,
  receive,
  type Steps,
  send,
  shutdown,
  sleep,
} from '../../src/operations.ts';
import { toItsEnd } from '../../src/run/trial/to-its-end.ts';
import { clientProcess } from '../engines/client-process.ts';
import { loops, modelLoop, type RunSteps } from '../engines/looping-models.ts';

const clients = clientProcess();
const FOUR_MIB = 4 * 2 ** 20;

const onNodesLoop = [asyncCallback, asyncPromise, eventLoop].map((model) => modelLoop(model));

function* later(ms: number, happened: string[], name: string) {
  yield* sleep(ms * 1e6);
  happened.push(name);
  return name;
}

/** Sends on what comes, until its end; then ends the other's half. */
function* forward(from: Connection, to: Connection) {
  const buffer = Buffer.alloc(64 * 1024);
  let forwarded = 0;
  for (;;) {
    const bytes = yield* receive(from, buffer);
    if (bytes === 0) break;
    yield* send(to, buffer, 0, bytes);
    forwarded += bytes;
  }
  yield* shutdown(to);
  return forwarded;
}

describe.each([...onNodesLoop, ...loops])('both, under $name', ({ runSteps }: { runSteps: RunSteps }) => {
  const run = <Result>(steps: () => Steps<Result>) => runSteps(steps());

  test.each([
    [5, 40, ['first', 'second']],
    [40, 5, ['second', 'first']],
  ])('each goes on while the other waits: %i and %i ms', async (firstMs, secondMs, order) => {
    const happened: string[] = [];
    const values = await run(function* () {
      return yield* both(later(firstMs, happened, 'first'), later(secondMs, happened, 'second'));
    });
    expect(values).toEqual(['first', 'second']);
    expect(happened).toEqual(order);
  });

  test('sides that wait for nothing, thousands one after another', async () => {
    function* nothing(value: number): Steps<number> {
      yield* compute(0);
      return value;
    }
    const sum = await run(function* () {
      let total = 0;
      for (let round = 0; round < 20_000; round++) {
        const [one, two] = yield* both(nothing(1), nothing(2));
        total += one + two;
      }
      return total;
    });
    expect(sum).toBe(60_000);
  });

  test.each([0, 1])(
    'side %i fails: the other is closed to its end, and the error is thrown',
    async (which) => {
      const happened: string[] = [];
      const port = await closedPort(runSteps);
      function* failing() {
        yield* sleep(5e6);
        yield* connect('127.0.0.1', port);
      }
      function* closed() {
        try {
          yield* sleep(10_000e6);
          happened.push('slept');
        } catch {
          happened.push('caught');
        } finally {
          happened.push('finally');
          yield* sleep(1e6);
          happened.push('after a wait');
        }
      }
      const steps = function* () {
        try {
          yield* which === 0 ? both(failing(), closed()) : both(closed(), failing());
        } catch (error) {
          happened.push((error as { code: string }).code);
        }
        yield* sleep(1e6);
        return 'it goes on';
      };
      expect(await run(steps)).toBe('it goes on');
      expect(happened).toEqual(['finally', 'after a wait', 'ECONNREFUSED']);
    },
  );

  test('one inside the other: all are closed, the inner ones first', async () => {
    const happened: string[] = [];
    function* waiting(name: string): Steps<void> {
      try {
        yield* sleep(10_000e6);
      } finally {
        yield* sleep(1e6);
        happened.push(name);
      }
    }
    function* outer(): Steps<void> {
      try {
        yield* both(waiting('a'), waiting('b'));
      } finally {
        happened.push('outer');
      }
    }
    function* failing(): Steps<void> {
      yield* sleep(1e6);
      throw new Error('enough');
    }
    await expect(run(() => both1(outer(), failing()))).rejects.toThrow('enough');
    expect(happened.sort()).toEqual(['a', 'b', 'outer']);
  });

  test('a receive that is given up keeps nothing open, and an accept nobody from accepting', async () => {
    const listener = (await runSteps(listening())) as Listener;
    await clients.ask({ act: 'open', port: listener.port, count: 1 });
    function* failing(): Steps<void> {
      yield* sleep(20e6);
      throw new Error('enough');
    }
    function* server() {
      const connection = yield* accept(listener);
      try {
        yield* receive(connection, Buffer.alloc(10));
      } finally {
        yield* close(connection);
      }
    }
    await expect(run(() => both1(server(), failing()))).rejects.toThrow('enough');
    expect(await clients.ask({ act: 'ends' })).toEqual(['end']);
    function* accepting() {
      yield* accept(listener);
    }
    await expect(run(() => both1(accepting(), failing()))).rejects.toThrow('enough');
    await clients.ask({ act: 'open', port: listener.port, count: 1 });
    const connection = await run(function* () {
      return yield* accept(listener);
    });
    await run(function* () {
      yield* close(connection);
      yield* close(listener);
    });
  });

  test('4 MiB both ways through a forwarder, with a slow reader and a half-close', async () => {
    const listener = (await runSteps(listening())) as Listener;
    const target = (await runSteps(listening())) as Listener;
    const answered = await clients.begin({ act: 'send', port: listener.port, bytes: FOUR_MIB, delayMs: 100 });
    function* forwarder() {
      const client = yield* accept(listener);
      const server = yield* connect('127.0.0.1', target.port);
      const counts = yield* both(forward(client, server), forward(server, client));
      yield* close(client);
      yield* close(server);
      return counts;
    }
    function* echo() {
      const connection = yield* accept(target);
      yield* forward(connection, connection);
      yield* close(connection);
    }
    const [counts] = await Promise.all([run(forwarder), run(echo)]);
    expect(counts).toEqual([FOUR_MIB, FOUR_MIB]);
    expect(await answered()).toMatchObject({ bytes: FOUR_MIB, isSame: true });
    await run(function* () {
      yield* close(listener);
      yield* close(target);
    });
  });
});

function* both1(first: Steps, second: Steps) {
  return yield* both(first, second);
}

function* listening() {
  return yield* listen('127.0.0.1', 0);
}

/** A port that nobody listens on. */
async function closedPort(runSteps: RunSteps): Promise<number> {
  const listener = await runSteps(listening());
  await runSteps(
    (function* () {
      yield* close(listener);
    })(),
  );
  return listener.port;
}

describe('a thread that blocks', () => {
  function* nothing(): Steps<void> {
    yield* compute(0);
  }

  test.each(['sync-blocking', 'thread-per-request'])('refuses it, in a sentence: %s', async (name) => {
    const outcome =
      name === 'sync-blocking'
        ? await modelLoop(syncBlocking)
            .runSteps(both1(nothing(), nothing()))
            .catch((error: unknown) => error)
        : thrownBy(() => toItsEnd('operations', both1(nothing(), nothing())));
    expect(outcome).toMatchObject({
      name: 'UnsupportedError',
      message: 'a thread that blocks in one call cannot wait for another at the same time',
    });
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
