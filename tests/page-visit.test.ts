/** Visits of a page: cold and warm, with and without TLS, and by a name server that loses questions. */
import { afterAll, describe, expect, test } from 'vitest';
import type { MeasuredTrial } from '../src/result.ts';
import { createFixtures, measured, models, workloads } from './measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
const workload = workloads.find(({ name }) => name === 'page-visit') ?? expect.unreachable();

async function visits(name: string, params: Readonly<Record<string, string>>) {
  const model = models.find((each) => each.name === name) ?? expect.unreachable();
  const plan = { requests: 12, durationNs: 10e9 };
  const [record] = await measured({ model, workload, fixtures, params, plan, concurrencies: [2] });
  return record ?? expect.unreachable();
}
const phasesOf = ({ phases = [] }: MeasuredTrial) =>
  phases.filter(({ count = 0 }) => count > 0).map(({ name }) => name);

const COLD = ['resolve', 'connect', 'tls', 'request', 'first-byte', 'body', 'resources', 'close'];
const WARM = ['request', 'first-byte', 'body', 'resources'];

describe.each([
  { params: { visit: 'cold', tls: 'on' }, phases: COLD },
  { params: { visit: 'cold', tls: 'off' }, phases: COLD.filter((phase) => phase !== 'tls') },
  { params: { visit: 'warm', tls: 'on' }, phases: WARM },
  {
    params: { visit: 'cold', tls: 'off', resources: '0' },
    phases: COLD.filter((phase) => !/tls|resources/.test(phase)),
  },
])('%j', ({ params, phases }) => {
  test.each(['sync-blocking', 'epoll', 'async-promise'])('under %s', async (model) => {
    const record = await visits(model, params);
    if (record.status === 'unsupported') return;
    if (record.status !== 'measured') return expect.unreachable(JSON.stringify(record));
    expect(record).toMatchObject({ failed: 0, errors: {} });
    expect(phasesOf(record).filter((name) => name !== 'rest')).toEqual(phases);
  });
});

describe.each(['sync-blocking', 'epoll', 'event-loop', 'io-uring', 'signal-driven'])('under %s', (model) => {
  test('a name server that loses questions costs time, and fails no visit', async () => {
    const record = await visits(model, { tls: 'off', loss: '0.5', resolveTimeout: '5ms' });
    if (record.status === 'unsupported') return;
    if (record.status !== 'measured') return expect.unreachable(JSON.stringify(record));
    expect(record.failed).toBeLessThanOrEqual(1);
    const resolving = record.phases?.find(({ name }) => name === 'resolve');
    // One of twelve that waits for a second try adds as much to their mean.
    expect(resolving?.meanNs).toBeGreaterThan(0.4e6);
  });

  test('one that loses all of them is given up', async () => {
    const record = await visits(model, { tls: 'off', loss: '1', resolveTimeout: '5ms' });
    if (record.status === 'unsupported') return;
    expect(record).toMatchObject({ status: 'failed', errors: { ETIMEDOUT: expect.any(Number) } });
  });
});
