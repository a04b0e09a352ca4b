/** The main job: measure, store, show, and show again. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentSchema, parseRun } from '../../src/result.ts';
import { Bench, TINY } from './iobench.ts';

describe('a small run', () => {
  test('prints a table on stdout, says on stderr what it does, and stores every trial', async () => {
    const bench = new Bench();
    const { code, stdout, stderr } = await bench.run(...TINY, '-n', 'mine', '--seed', '7');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^iobench: 2 cells x 2 trials, about \d/);
    expect(stderr).toMatch(/\[2\/2\] sleep/);
    for (const text of ['sleep', 'sync-blocking', 'async-callback', '2 clients'])
      expect(stdout).toContain(text);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const { header, trials, warnings } = parseRun(readFileSync(path.join(bench.newest, 'run.jsonl'), 'utf8'));
    expect(path.basename(bench.newest)).toMatch(/-mine$/);
    expect(header).toMatchObject({
      name: 'mine',
      seed: 7,
      trials: 2,
      command: `iobench ${[...TINY, '-n', 'mine', '--seed', '7'].join(' ')}`,
    });
    expect(header.environment).toMatchObject({
      node: process.versions.node,
      platform: process.platform,
      uvThreadpoolSize: 4,
    });
    expect(trials.map(({ status, trial }) => `${status} ${trial}`).sort()).toEqual([
      'measured 1',
      'measured 1',
      'measured 2',
      'measured 2',
    ]);
    expect(warnings).toEqual([]);
    expect(existsSync(path.join(bench.newest, 'summary.md'))).toBe(true);
    expect(bench.leftovers).toEqual([]);
  });

  test('as JSON prints one document of the published schema, and nothing else on stdout', async () => {
    const bench = new Bench();
    const { code, stdout } = await bench.run(...TINY, '--json');
    expect(code).toBe(0);
    const document = documentSchema.parse(JSON.parse(stdout));
    expect(document.cells).toHaveLength(2);
    for (const cell of document.cells)
      expect(cell).toMatchObject({ status: 'measured', trials: 2, failed: 0, params: { duration: 1e6 } });
  });

  test('is quiet if told so', async () => {
    const { code, stderr } = await new Bench().run(...TINY, '-q', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('twice within a second keeps both', async () => {
    const bench = new Bench();
    const ends = await Promise.all([bench.run(...TINY), bench.run(...TINY)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(readdirSync(bench.results)).toHaveLength(2);
  });

  test('parameters with several values, think time and requests make the cells that were asked for', async () => {
    const words = [
      'run',
      'noop',
      'sleep',
      '-m',
      'async-promise',
      '-c',
      '1,2',
      '--think',
      '1ms',
      '--requests',
      '20',
      '-t',
      '1',
      '-d',
      '10s',
      '--warmup',
      '0',
      '--no-charts',
      '--json',
    ];
    const { code, stdout } = await new Bench().run(...words, '-p', 'sleep.duration=1ms,500us');
    expect(code).toBe(0);
    const { cells } = documentSchema.parse(JSON.parse(stdout));
    expect(cells).toHaveLength(2 + 4);
    for (const cell of cells) expect(cell).toMatchObject({ completed: 20, load: { thinkNs: 1e6 } });
  });
});

describe('report', () => {
  test('shows a stored run in every format', async () => {
    const bench = new Bench();
    const ran = await bench.run(...TINY, '--json', '-n', 'mine');
    const report = async (...words: string[]) => {
      const ended = await bench.run('report', ...words);
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
      return ended.stdout;
    };
    expect(JSON.parse(await report('--format', 'json'))).toEqual(JSON.parse(ran.stdout));
    expect(await report()).toContain('sync-blocking');
    expect((await report('mine', '-f', 'csv')).trim().split('\n')).toHaveLength(3);
    expect(await report(bench.newest, '-f', 'markdown')).toMatch(/\| *model/);
    expect(await report('-f', 'html')).toMatch(/^<!doctype html>/i);
    const pictures = (await report('-f', 'png')).trim().split('\n');
    expect(pictures.length).toBeGreaterThan(0);
    const bytesOf = (picture: string) => readFileSync(path.resolve(bench.directory, picture));
    const light = bytesOf(pictures[0] as string);
    expect((await report('-f', 'png', '--theme', 'dark')).trim().split('\n')).toEqual(pictures);
    expect(bytesOf(pictures[0] as string).equals(light)).toBe(false);
    expect((await bench.run('report', '-f', 'png', '--theme', 'grey')).code).toBe(2);
    for (const picture of pictures) {
      const file = [picture, path.join(bench.newest, picture)]
        .map((each) => path.resolve(bench.directory, each))
        .find((each) => existsSync(each));
      expect(file, `${picture} is there`).toBeDefined();
      expect(
        readFileSync(file as string)
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    }
  });

  test('a run with charts leaves pictures and one page beside the numbers, and links that lead there', async () => {
    const bench = new Bench();
    const { code, stderr } = await bench.run(...TINY.filter((word) => word !== '--no-charts'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/report\.html/);
    expect(readdirSync(bench.newest).sort()).toEqual(['charts', 'report.html', 'run.jsonl', 'summary.md']);
    const summary = readFileSync(path.join(bench.newest, 'summary.md'), 'utf8');
    const links = [...summary.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, link]) => link as string);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(statSync(path.join(bench.newest, link)).size).toBeGreaterThan(1000);
    expect(readdirSync(path.join(bench.newest, 'charts')).filter((file) => !file.endsWith('.png'))).toEqual(
      [],
    );
  });
});
