/** `iobench doctor` on the machine that runs the tests, whatever is to be said of it. */
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Check } from '../../src/run/machine/doctor/check.ts';
import { Bench } from './iobench.ts';

test('as JSON each check has a name, a state and a finding, and a remedy if it raises a doubt', async () => {
  const bench = new Bench();
  const { code, stdout, stderr } = await bench.run('doctor', '--json');
  const checks = JSON.parse(stdout) as Check[];
  expect(stderr).toBe('');
  expect(checks.length).toBeGreaterThan(15);
  for (const { name, state, finding, remedy } of checks) {
    expect(name).toMatch(/\S/);
    expect(['ok', 'note', 'doubt']).toContain(state);
    expect(finding).toMatch(/\S/);
    if (state === 'doubt') expect(remedy).toMatch(/\S/);
  }
  expect(code).toBe(checks.some(({ state }) => state === 'doubt') ? 1 : 0);
  expect(checks.find(({ name }) => name === 'Node')).toEqual({
    name: 'Node',
    state: 'ok',
    finding: process.versions.node,
  });
  const timing = checks.find(({ name }) => name === 'timing');
  expect(timing?.finding).toMatch(
    /^from one 50 ms to the next fixed work spreads by [\d.]+ %, an echo between two processes by [\d.]+ %: here quick shows differences from [\d.]+ × on/,
  );
  expect(bench.leftovers).toEqual([]);
});

test('as text one line per check, marked in words, with its remedy below; 1 because a check raises doubts', async () => {
  const bench = new Bench();
  const missing = path.join(bench.directory, 'none');
  const { child, ended } = bench.start(['doctor', '--data', missing], {
    UV_THREADPOOL_SIZE: 'many',
    NODE_OPTIONS: '--inspect=127.0.0.1:0',
  });
  expect(child.pid).toBeGreaterThan(0);
  const { code, stdout } = await ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^✗ doubt {2}libuv pool .*1 thread: libuv's reading of UV_THREADPOOL_SIZE=many\n +→ unset UV_THREADPOOL_SIZE/m,
  );
  expect(stdout).toMatch(
    /^✗ doubt {2}debugging .*NODE_OPTIONS has --inspect=127\.0\.0\.1:0\n +→ env -u NODE_OPTIONS/m,
  );
  expect(stdout).toMatch(/^✗ doubt {2}data files .*ENOENT\n +→ iobench run --data DIR/m);
  expect(stdout).toMatch(/^✓ ok {5}Node +\d+\.\d+\.\d+$/m);
  expect(stdout).toMatch(/^\d+ of \d+ checks raises? doubts: results/m);
  expect(stdout).not.toContain('\u001b');
});
