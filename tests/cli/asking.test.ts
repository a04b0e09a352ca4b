/** Questions that measure nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { models, workloads } from '../measuring.ts';
import { Bench } from './iobench.ts';

/** The files that Node loaded, by its own account (NODE_V8_COVERAGE). */
async function loaded(bench: Bench, ...words: string[]): Promise<string[]> {
  const folder = path.join(bench.directory, 'coverage');
  const { code } = await bench.start(words, { NODE_V8_COVERAGE: folder }).ended;
  expect(code).toBe(0);
  return readdirSync(folder).flatMap((file) =>
    (JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { result: { url: string }[] }).result.map(
      ({ url }) => url,
    ),
  );
}

describe('help', () => {
  test('names every command and how to start', async () => {
    const { code, stdout } = await new Bench().run('--help');
    expect(code).toBe(0);
    for (const command of ['run', 'list', 'report', 'view', 'new', 'overhead', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(stdout).toContain('iobench run --preset quick');
  });

  test('loads commander and nothing else', async () => {
    const urls = await loaded(new Bench(), '--help');
    const packages = new Set(
      urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []),
    );
    expect([...packages]).toEqual(['commander']);
    expect(
      urls.filter(
        (url) =>
          /dist\/(?!(?:cli|errors|limits|printable|commands\/(?:as-typed|options\/index))\.js)/.test(url) &&
          !url.includes('node_modules'),
      ),
    ).toEqual([]);
  });

  test('no command at all shows it too, as wrong usage', async () => {
    const { code, stdout, stderr } = await new Bench().run();
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('Usage: iobench');
  });

  test('every option of run is explained', async () => {
    const { code, stdout } = await new Bench().run('run', '--help');
    expect(code).toBe(0);
    for (const option of [
      '--model',
      '--concurrency',
      '--think',
      '--threads',
      '--param',
      '--duration',
      '--requests',
      '--trials',
      '--preset',
      '--workload-file',
      '--seed',
      '--out',
      '--json',
      '--quiet',
    ]) {
      expect(stdout).toContain(option);
    }
  });
});

test("the version is the package's", async () => {
  const { code, stdout } = await new Bench().run('--version');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('list', () => {
  test('shows every model, workload, parameter and preset, within 80 columns', async () => {
    const { code, stdout } = await new Bench().run('list');
    expect(code).toBe(0);
    for (const { name } of [...models, ...workloads]) expect(stdout).toContain(name);
    for (const text of [
      'file-read.blockSize',
      '4KiB',
      'fixed | exponential',
      'smoke',
      'quick',
      'standard',
      'thorough',
    ])
      expect(stdout).toContain(text);
    for (const { name, form, serve } of workloads)
      expect(stdout).toMatch(new RegExp(`^  ${name} +${form}${serve ? ', server' : ' '} `, 'm'));
    expect(Math.max(...stdout.split('\n').map((line) => line.trimEnd().length))).toBeLessThanOrEqual(80);
  });

  test('as JSON has every pair, and why one cannot be', async () => {
    const { code, stdout } = await new Bench().run('list', '--json');
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { pairs: { workload: string; model: string; refusal?: string }[] };
    expect(listed.pairs).toHaveLength(models.length * workloads.length);
    expect(listed).toMatchObject({
      models: models.map(({ name }) => ({ name })),
      workloads: workloads.map(({ name, serve }) => ({ name, isServer: serve !== undefined })),
    });
  });

  test("with a user's file has that one too", async () => {
    const bench = new Bench();
    await bench.run('new', 'orders-api', '--form', 'async');
    const { code, stdout } = await bench.run('list', '-w', 'orders-api.ts');
    expect(code).toBe(0);
    expect(stdout).toContain('orders-api');
    expect(stdout).toMatch(/Pairs: \d+ of \d+ are possible/);
    expect(stdout).not.toMatch(/^ +orders-api .*server/m);
  });

  test("marks a user's server", async () => {
    const bench = new Bench();
    await bench.run('new', 'orders', '--form', 'server');
    const { code, stdout } = await bench.run('list', '-w', 'orders.ts');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +orders +operations, server +Receive a message/m);
  });
});

test('overhead prints what each step costs, under every model that runs here', async () => {
  const { code, stdout, stderr } = await new Bench().run('overhead', '--duration', '5ms', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const rows = JSON.parse(stdout) as { step: string; meanNs: number; samples: number }[];
  const possible = models.filter(
    (model) =>
      model.refuses({ form: 'operations', uses: [], concurrency: 1, threads: undefined }) === undefined,
  );
  expect(rows.map(({ step }) => step)).toEqual(
    expect.arrayContaining([
      'a clock read',
      'a histogram record',
      'a generator step',
      ...possible.map(({ name }) => `noop under ${name}`),
    ]),
  );
  for (const { meanNs, samples } of rows) {
    expect(meanNs).toBeGreaterThan(0);
    expect(samples).toBeGreaterThan(0);
  }
});
