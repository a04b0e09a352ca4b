/** HTTP over TLS under every model, as a client and as a server. */
import { afterAll, describe, expect, test } from 'vitest';
import { sentenceOf } from '../src/reasons.ts';
import type { MeasuredTrial, TrialRecord } from '../src/result.ts';
import type { Workload } from '../src/workloads/workload.ts';
import { createFixtures, measured, models, workloads } from './measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const named = (name: string) => workloads.find((workload) => workload.name === name) as Workload;

/** @throws Error with the reason, unless it was measured. */
function trialOf(record: TrialRecord | undefined): MeasuredTrial {
  if (record?.status === 'measured') return record;
  throw new Error(record ? sentenceOf(record.reason) : 'no record');
}

describe.each(models)('$name', (model) => {
  const TRAITS = { form: 'operations', uses: ['sockets'], concurrency: 4, threads: undefined } as const;
  const refusal = model.refuses(TRAITS);

  test.runIf(refusal === undefined)('asks a server over TLS', { retry: 2 }, async () => {
    const params = { tls: 'on', delay: '1ms' };
    const [record] = await measured({
      model,
      workload: named('http-get'),
      fixtures,
      params,
      concurrencies: [4],
    });
    const trial = trialOf(record);
    expect(trial).toMatchObject({ failed: 0, errors: {}, unfinished: 0 });
    expect(trial.completed).toBeGreaterThan(0);
  });

  test.runIf(refusal === undefined).each([
    ['kept', '0'],
    ['one-a-request', '0'],
    ['kept', '5'],
  ])('serves over TLS, connections %s, %s idle ones', { retry: 2 }, async (connections, idle) => {
    const workload = named('http-server');
    const params = { tls: 'on', connections, idleConnections: idle };
    // A thread for each connection, or none for those that are idle: those cells are refused.
    const isOneAtATime = model.servers?.(TRAITS) === 1;
    if (isOneAtATime && idle !== '0') return;
    const [record] = await measured({ model, workload, fixtures, params, concurrencies: [4] });
    if (record?.status === 'unsupported') return expect(idle).not.toBe('0');
    const trial = trialOf(record);
    const starved = isOneAtATime && connections === 'kept' ? 3 : 0;
    expect(trial).toMatchObject({ failed: 0, errors: {}, unfinished: starved });
    expect(trial.completed).toBeGreaterThan(0);
    // Those that were waiting when their clients left had their handshakes broken off.
    expect(trial.connections?.failed).toBeLessThanOrEqual(starved);
  });
});
