/** GET over TLS under every engine: what a server may do to a connection comes to the same end as without. */
import { describe, expect, test } from 'vitest';
import { sleep } from '../../src/operations.ts';
import { connectHttp, disconnectHttp, exchange } from '../../src/workloads/http-exchange.ts';
import type { HttpTarget } from '../../src/workloads/http-target.ts';
import { Tally } from '../../src/workloads/tally.ts';
import { engines } from '../engines/every-engine.ts';
import { tlsPeer } from './tls-peer.ts';

const peer = tlsPeer();
const PAUSE_MS = 60;

const at = (
  path: string,
  tls: HttpTarget['tls'] = { caFile: peer.caFile, host: 'localhost' },
): HttpTarget => ({
  host: '127.0.0.1',
  port: peer.ports.web,
  addresses: ['127.0.0.1'],
  head: `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`,
  ...(tls && { tls }),
});

/** So many GETs of one client, with a pause before each. */
function* gets(target: HttpTarget, times: number, pauseMs: number) {
  const tally = new Tally();
  const outcomes: unknown[] = [];
  const client = yield* connectHttp(target, tally);
  for (let time = 0; time < times; time++) {
    yield* sleep(pauseMs * 1e6);
    try {
      outcomes.push(yield* exchange(client));
    } catch (error) {
      outcomes.push((error as { code?: unknown }).code);
      break;
    }
  }
  yield* disconnectHttp(client);
  return { outcomes, reconnects: tally.read().reconnects };
}

describe.each(engines)('by the $name engine', ({ runSteps }) => {
  test.each([
    ['/keep', 0, 0],
    // Its tickets have come by then: nothing that was not asked for.
    ['/keep', PAUSE_MS, 0],
    ['/close', 0, 2],
    ['/until-end', 0, 2],
    ['/idle-end', PAUSE_MS, 2],
    ['/idle-cut', PAUSE_MS, 2],
  ])('%s, with pauses of %i ms: three answers, %i reconnects', async (path, pauseMs, reconnects) => {
    expect(await runSteps(gets(at(path), 3, pauseMs))).toEqual({ outcomes: [200, 200, 200], reconnects });
  });

  test('what nobody asked for, and what may be incomplete, fail', async () => {
    expect(await runSteps(gets(at('/twice-later'), 3, 4 * PAUSE_MS))).toEqual({
      outcomes: [200, 'EUNASKED'],
      reconnects: 0,
    });
    expect(await runSteps(gets(at('/until-cut'), 3, 0))).toEqual({ outcomes: ['EOF'], reconnects: 0 });
  });
});

test('Node’s own roots do not know a run’s authority', async () => {
  const { runSteps } = engines[0] as (typeof engines)[number];
  await expect(runSteps(gets(at('/keep', { host: 'localhost' }), 1, 0))).rejects.toMatchObject({
    code: 'ECERTIFICATE',
    message: expect.stringMatching(/unable to get local issuer certificate/),
  });
});
