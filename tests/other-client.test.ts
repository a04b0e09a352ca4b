/** A server that another program loads, too: its figures, and every connection that it made. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseRun } from '../src/result.ts';
import { Bench, expectRefusal } from './cli/iobench.ts';
import { load } from './compiled.ts';
import { createFixtures, measured, models, workloads } from './measuring.ts';

const { requireClient } = await load<typeof import('../src/run/server/installed-client.ts')>(
  'run/server/installed-client.js',
);
const { wrk } = await load<typeof import('../src/run/server/wrk.ts')>('run/server/wrk.js');
const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const found = await requireClient(wrk, []).catch((error: Error) => error.message);

describe.skipIf(typeof found === 'string')('wrk', () => {
  test.each(['epoll', 'thread-per-request'])(
    'measures %s, and what it did is in no figure of ours',
    async (name) => {
      const client = typeof found === 'string' ? expect.unreachable(found) : found;
      const [trial] = await measured({
        model: models.find((model) => model.name === name) ?? expect.unreachable(),
        workload: workloads.find((workload) => workload.name === 'http-server') ?? expect.unreachable(),
        fixtures,
        concurrencies: [4],
        plan: { client },
      });
      if (trial?.status !== 'measured') throw new Error(JSON.stringify(trial));
      expect(trial).toMatchObject({
        failed: 0,
        // That wrk's were all accepted is checked, or a note would say so.
        connections: { accepted: 4, served: 4, failed: 0, open: 0 },
        otherClient: { program: 'wrk', version: client.version, connections: 4, seconds: 1, errors: 0 },
      });
      expect(
        trial.notes?.filter((note) => typeof note !== 'string' && note.code.startsWith('other-client')),
      ).toEqual([]);
      const { throughputPerSecond = 0, p50Ns = 0, p99Ns = 0, cpuShare = 0.5 } = trial.otherClient ?? {};
      expect(throughputPerSecond).toBeGreaterThan(0);
      expect(p50Ns).toBeGreaterThan(0);
      expect(p99Ns).toBeGreaterThanOrEqual(p50Ns);
      // On a busy machine it may end before its account is read.
      expect(cpuShare).toBeGreaterThan(0);
      expect(cpuShare).toBeLessThan(1.1);
    },
  );

  test('an interruption ends it at once, and keeps what was measured before', async () => {
    const words = [
      '-m',
      'epoll',
      '-t',
      '2',
      '-d',
      '20s',
      '--requests',
      '20',
      '--warmup',
      '5ms',
      '--no-charts',
    ];
    const bench = new Bench();
    const run = bench.start(['run', 'http-server', '--client', 'wrk', ...words]);
    await run.running(/^\S*wrk .*--duration=20s/);
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130 });
    await run.alone();
    const { trials } = parseRun(readFileSync(path.join(bench.newest, 'run.jsonl'), 'utf8'));
    expect(trials).toMatchObject([{ status: 'measured', trial: 1 }]);
  });
});

const SHORT = ['-m', 'epoll', '-t', '1', '-d', '40ms', '--warmup', '5ms', '--no-charts'];

describe('what cannot be sent is a sentence, before anything is measured', () => {
  test.each([
    [['tcp-echo', '--client', 'wrk'], '--client wrk: tcp-echo does not declare that it is a server of HTTP'],
    [['http-server', '--client', 'wrk', '-r', '100'], '--client wrk: it waits for each answer'],
    [['http-server', '--client', 'wrk', '-p', 'http-server.tls=on'], 'the certificate is verified (tls=on)'],
    [['http-server', '--client', 'wrkk'], 'there is no client "wrkk"'],
  ])('%j', async (words, sentence) => {
    expectRefusal(await new Bench().run('run', ...words, ...SHORT), sentence);
  });

  test('that it is not installed, with its package', async () => {
    const run = new Bench().start(['run', 'http-server', '--client', 'wrk', ...SHORT], { PATH: '' });
    expectRefusal(
      await run.ended,
      '--client wrk: wrk is not installed: the package wrk has it',
      'apt-get install wrk',
    );
  });
});
