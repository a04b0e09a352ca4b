/** Programs that leave something behind, that are interrupted, and whose starter is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, test } from 'vitest';
import { compiledUrl, load } from '../../compiled.ts';
import { descendants } from '../../peer-at-work.ts';

const { startOtherProgram } = await load<typeof import('../../../src/run/processes/other-program.ts')>(
  'run/processes/other-program.js',
);
const { loadByClient } = await load<typeof import('../../../src/run/server/client-trial.ts')>(
  'run/server/client-trial.js',
);
const { wrk } = await load<typeof import('../../../src/run/server/wrk.ts')>('run/server/wrk.js');

/** Starts what follows, and stays its parent. */
const FORKS = ['sh', '-c', '"$@" & wait', 'sh'];
const limitMs = 60_000;

test('has ended when it ends, whoever holds its output', async () => {
  const words = ['-c', 'setsid sleep 30 & echo $!; exit 7'];
  const { printed, ...ending } = await startOtherProgram({ file: 'sh', words, limitMs }).ended;
  process.kill(Number(printed), 'SIGKILL');
  expect(ending).toEqual({ how: 'exit code 7', code: 7 });
});

test('is ended with what a launcher has started, by the signal', async () => {
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const place = { launcher: FORKS };
  const { ended } = startOtherProgram({ file: 'sleep', words: ['31'], place, limitMs, signal });
  const sleeping = () => descendants().filter(({ command }) => command === 'sleep 31');
  await expect.poll(sleeping).toHaveLength(1);
  interrupt.abort();
  expect(await ended).toMatchObject({ how: 'SIGKILL' });
  await expect.poll(sleeping).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('is ended when who started it is killed', async () => {
  const start = { file: 'sleep', words: ['32'], place: { launcher: FORKS }, limitMs };
  const script = `import { startOtherProgram } from ${JSON.stringify(compiledUrl('run/processes/other-program.js'))};
    startOtherProgram(${JSON.stringify(start)});`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const sleeping = () => descendants().find(({ command }) => command === 'sleep 32')?.pid;
  await expect.poll(sleeping, { timeout: 10_000 }).toBeDefined();
  const pid = sleeping() ?? expect.unreachable();
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  const isThere = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
});

test('a client that fails, or is interrupted, is not waited for until its time is over', async () => {
  const cell = {
    model: 'epoll',
    workload: 'http-server',
    params: {},
    load: { kind: 'closed', concurrency: 1 },
  };
  const plan = { cell, durationNs: 60e9 } as Parameters<typeof loadByClient>[1];
  const read = async () => undefined;
  const server = { address: { host: '127.0.0.1', port: 9 }, ending: undefined, read, stop: async () => {} };
  const client = (file: string) => ({ program: wrk, file, version: '1', path: '/' });
  const interrupt = new AbortController();
  const { signal } = interrupt;
  expect(await loadByClient(client('false'), plan, server, { signal })).toEqual({
    problem: 'it ended (exit code 1)',
  });
  const loading = loadByClient(
    { ...client('sleep'), program: { ...wrk, words: () => ['60'] } },
    plan,
    server,
    { signal },
  );
  interrupt.abort();
  expect(await loading).toBeUndefined();
});
