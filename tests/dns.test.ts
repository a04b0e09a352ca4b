/** Looking up names: the server of its own, and who waits for the pool. */
import { afterAll, expect, test } from 'vitest';
import { createFixtures, measured, models, workloadFile, workloads } from './measuring.ts';
import { workspace } from './workspace.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
const model = models.find(({ name }) => name === 'async-promise') as (typeof models)[number];
const workload = workloads.find(({ name }) => name === 'dns-lookup') as (typeof workloads)[number];

const UNKNOWN = `
  import dgram from 'node:dgram';
  import { Resolver } from 'node:dns/promises';
  import { defineWorkload } from 'iobench';
  export default defineWorkload({
    name: 'unknown-names',
    summary: 'Bytes that are no query, a name that does not exist, and a type that a name does not have',
    prepare: ({ startPeer }) => startPeer('dns'),
    async request({ host, port }) {
      const socket = dgram.createSocket('udp4');
      await new Promise((resolve) => socket.send(Buffer.from('no query at all'), port, host, resolve));
      socket.close();
      const resolver = new Resolver({ timeout: 500, tries: 1 });
      resolver.setServers([host + ':' + port]);
      const codeOf = (asked) => asked.then(() => 'found', ({ code }) => code);
      const codes = [
        await codeOf(resolver.resolve4('missing.iobench.test')),
        await codeOf(resolver.resolve6('page.iobench.test')),
        await codeOf(resolver.resolve4('PAGE.iobench.test')),
      ].join();
      if (codes !== 'ENOTFOUND,ENODATA,found') throw Object.assign(new Error(codes), { code: 'ECODES' });
    },
  });`;

test('the server answers what is asked, and nothing else', async () => {
  const file = await workloadFile(workspace(), 'mine.mjs', UNKNOWN);
  const [record] = await measured({ model, fixtures, ...file, plan: { requests: 3 } });
  expect(record).toMatchObject({ status: 'measured', completed: 3, failed: 0 });
});

test('behind a busy pool getaddrinfo waits, and a message does not', async () => {
  const meanNs = async (resolver: string) => {
    const [record] = await measured({
      model,
      workload,
      fixtures,
      params: { resolver, busyPool: '16' },
      plan: { requests: 12, durationNs: 10e9 },
    });
    if (record?.status !== 'measured') return expect.unreachable(JSON.stringify(record));
    expect(record).toMatchObject({ completed: 12, failed: 0 });
    return record.latency.meanNs;
  };
  expect(await meanNs('getaddrinfo')).toBeGreaterThan(2 * (await meanNs('resolve')));
});
