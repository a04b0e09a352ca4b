/**
 * A GET to servers that behave, and to those that do not: under every engine it comes to the same end, and
 * nothing is counted that was not done.
 */
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { type OperationError, type Steps, sleep } from '../../src/operations.ts';
import { connectHttp, disconnectHttp, exchange } from '../../src/workloads/http-exchange.ts';
import type { HttpTarget } from '../../src/workloads/http-target.ts';
import { Tally } from '../../src/workloads/tally.ts';
import tcpEcho from '../../src/workloads/tcp-echo.ts';
import { engines, run } from '../engines/every-engine.ts';
import { LATER_MS, misbehavingServer } from '../misbehaving-http.ts';

const server = misbehavingServer();
const at = (path: string): HttpTarget => ({
  host: '127.0.0.1',
  port: server.port,
  addresses: ['127.0.0.1'],
  head: `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`,
});

interface Outcome {
  /** The status of each exchange, or the code that it failed with. */
  readonly outcomes: readonly (number | string)[];
  readonly tally: ReturnType<Tally['read']>;
  readonly messages: readonly string[];
}

/**
 * So many GETs over one client, one after another; with a pause before each that an idle connection has time
 * to end in.
 */
function* gets(target: HttpTarget, times: number, pauseMs = 0) {
  const tally = new Tally();
  const outcomes: (number | string)[] = [];
  const messages: string[] = [];
  const client = yield* connectHttp(target, tally);
  for (let time = 0; time < times; time++) {
    if (pauseMs > 0) yield* sleep(pauseMs * 1e6);
    try {
      outcomes.push(yield* exchange(client));
    } catch (error) {
      outcomes.push((error as OperationError).code);
      messages.push((error as Error).message);
      break;
    }
  }
  yield* disconnectHttp(client);
  return { outcomes, tally: tally.read(), messages } satisfies Outcome;
}

const WELL = [200, 200, 200, 200, 200, 200];

describe.each(engines)('by the $name engine', ({ perform }) => {
  const get = (path: string, times = 6, pauseMs = 0): Promise<Outcome> =>
    run(perform, gets(at(path), times, pauseMs));

  /** What the server counts meanwhile. */
  async function seenAt(path: string, act: () => Promise<Outcome>) {
    const before = await server.counts(path);
    const outcome = await act();
    const after = await server.counts(path);
    return {
      outcome,
      connections: after.connections - before.connections,
      requests: after.requests - before.requests,
      answers: after.answers - before.answers,
    };
  }

  test.each([
    ['/keep', 1, 0],
    ['/pieces', 1, 0],
    ['/interim', 1, 0],
    ['/old-keep', 1, 0],
    ['/close', 6, 5],
    ['/close-not', 6, 5],
    ['/old', 6, 5],
    ['/until-end', 6, 5],
    ['/until-later-end', 6, 5],
    ['/until-half-end', 6, 5],
  ])('%s: six answers on %i connections', async (path, connections, reconnects) => {
    const seen = await seenAt(path, () => get(path));
    expect(seen).toMatchObject({
      connections,
      requests: 6,
      answers: 6,
      outcome: { outcomes: WELL, tally: { reconnects, statuses: {} } },
    });
  });

  test.each([
    ['/third', 0, 2, 1],
    ['/third', 2 * LATER_MS, 2, 1],
    ['/third-reset', 0, 3, 2],
    ['/second-end', 0, 6, 5],
  ])(
    '%s: a connection that has served and turns out closed is made anew, and nothing fails (pause of %i ms)',
    async (path, pauseMs, connections, reconnects) => {
      const seen = await seenAt(path, () => get(path, 6, pauseMs));
      expect(seen).toMatchObject({
        connections,
        answers: 6,
        outcome: { outcomes: WELL, tally: { reconnects, statuses: {} } },
      });
    },
  );

  test.each(['/idle-end', '/idle-reset'])(
    '%s: a connection that ends while it is idle is made anew, and nothing fails',
    async (path) => {
      const { outcome, connections, answers } = await seenAt(path, () => get(path, 6, 2 * LATER_MS));
      expect({ answers, outcomes: outcome.outcomes }).toEqual({ answers: 6, outcomes: WELL });
      // On a busy machine the server may be late.
      expect(connections).toBeGreaterThan(1);
      expect(outcome.tally.reconnects).toBe(connections - 1);
    },
  );

  test('a new connection that is closed before it answers is a failure, and is not tried again', async () => {
    const ended = await seenAt('/end', () => get('/end'));
    expect(ended).toMatchObject({
      connections: 1,
      requests: 1,
      outcome: { outcomes: ['EOF'], tally: { reconnects: 0 } },
    });
    expect(ended.outcome.messages).toEqual([expect.stringContaining('closed before it answered')]);
    const reset = await seenAt('/reset', () => get('/reset'));
    expect(reset).toMatchObject({
      connections: 1,
      requests: 1,
      outcome: { outcomes: ['ECONNRESET'], tally: { reconnects: 0 } },
    });
  });

  test.each(['/middle-of-head', '/middle-of-body', '/middle-of-chunks', '/after-interim'])(
    '%s: closed in the middle of an answer',
    async (path) => {
      const { outcomes, messages } = await get(path);
      expect(outcomes).toEqual(['EOF']);
      expect(messages).toEqual([expect.stringContaining('closed in the middle of an answer')]);
    },
  );

  test('reset in the middle of an answer: ECONNRESET', async () => {
    expect(await get('/middle-reset')).toMatchObject({ outcomes: ['ECONNRESET'], tally: { reconnects: 0 } });
  });

  test.each(['/twice', '/more'])('%s: what follows an answer fails it', async (path) => {
    expect(await get(path)).toMatchObject({ outcomes: ['EUNASKED'] });
  });

  test('an answer that came before its request is nobody’s', async () => {
    const late = await get('/twice-later', 6, 2 * LATER_MS);
    const hasty = await run(perform, gets({ ...at('/'), port: server.hastyPort }, 6, 2 * LATER_MS));
    for (const { outcomes } of [late, hasty]) expect(outcomes.at(-1)).toBe('EUNASKED');
  });

  test('statuses: a redirect is counted by its status, an error and another protocol fail', async () => {
    expect(await get('/moved', 3)).toMatchObject({
      outcomes: [301, 301, 301],
      tally: { reconnects: 0, statuses: { 301: 3 } },
    });
    expect(await get('/missing')).toMatchObject({ outcomes: ['HTTP 404'], tally: { statuses: {} } });
    expect(await get('/switch')).toMatchObject({ outcomes: ['HTTP 101'] });
    expect(await get('/not-http')).toMatchObject({ outcomes: ['EHTTP'] });
  });

  test.skipIf(process.platform !== 'linux')(
    'of several addresses the one that listens is found, and remembered',
    async () => {
      const target = {
        ...at('/close'),
        addresses: ['127.0.0.2', '127.0.0.3', '127.0.0.1'],
        host: '127.0.0.2',
      };
      expect(await run(perform, gets(target, 3))).toMatchObject({
        outcomes: [200, 200, 200],
        tally: { reconnects: 2 },
      });
      await expect(
        run(perform, gets({ ...target, addresses: ['127.0.0.2', '127.0.0.3'] }, 1)),
      ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    },
  );

  test.each([1, 2, 5, 64])('an echo that is another message’s is no echo (%i bytes)', async (messageSize) => {
    const random = () => 0;
    const steps = function* (): Steps<unknown> {
      const client = yield* tcpEcho.connect?.(
        { host: '127.0.0.1', port: server.parrotPort, messageSize },
        new Tally(),
      ) as Steps;
      yield* tcpEcho.request(client, random, () => {}) as Steps;
      try {
        yield* tcpEcho.request(client, random, () => {}) as Steps;
        return 'counted';
      } catch (error) {
        return (error as OperationError).code;
      } finally {
        yield* tcpEcho.disconnect?.(client) as Steps;
      }
    };
    expect(await run(perform, steps())).toBe('EMISMATCH');
  });
});
