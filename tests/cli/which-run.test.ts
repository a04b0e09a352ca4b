/** A run that is named is the run that is shown, and nothing is guessed. */
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatLine } from '../../src/result.ts';
import * as sample from '../report/sample.ts';
import { Bench, expectRefusal } from './iobench.ts';

/** Stores a run of one cell; `perSecond` tells its figures from others'. */
function store(bench: Bench, id: string, perSecond = 50e3): string {
  const folder = path.join(bench.results, id);
  mkdirSync(folder, { recursive: true });
  const trials = [1, 2, 3].map((trial) =>
    sample.measured(sample.cellOf('epoll'), trial, { count: 2000, windowNs: 2000e9 / perSecond }),
  );
  writeFileSync(
    path.join(folder, 'run.jsonl'),
    [sample.headerOf(['epoll'], { id, name: id }), ...trials].map(formatLine).join(''),
  );
  writeFileSync(path.join(folder, 'summary.md'), `# ${id}\n`);
  return folder;
}

async function shownBy(bench: Bench, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await bench.run('report', ...words, '-f', 'json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { run: { id: string } }).run.id;
}

describe('report', () => {
  test('takes the exact name, and not one that ends so', async () => {
    const bench = new Bench();
    store(bench, '2026-01-02T00-00-00-000-fix');
    store(bench, '2026-01-03T00-00-00-000-before-fix');
    expect(await shownBy(bench, 'fix')).toBe('2026-01-02T00-00-00-000-fix');
    expect(await shownBy(bench, 'before-fix')).toBe('2026-01-03T00-00-00-000-before-fix');
    expectRefusal(
      await bench.run('report', 'efore-fix'),
      /there is no run "efore-fix" in results/,
      /did you mean 2026-01-03T00-00-00-000-before-fix\?/,
    );
  });

  test('of several runs of a name shows none, and lists them', async () => {
    const bench = new Bench();
    for (const day of ['02', '03']) store(bench, `2026-01-${day}T00-00-00-000-quick`);
    expectRefusal(
      await bench.run('report', 'quick'),
      /"quick" may be any of 2 runs/,
      /results\/2026-01-02T\S+-quick, results\/2026-01-03T\S+-quick/,
    );
    expect(await shownBy(bench, '2026-01-02')).toBe('2026-01-02T00-00-00-000-quick');
  });

  test('reads the file that was named, and keeps its pictures apart', async () => {
    const bench = new Bench();
    const folder = store(bench, 'other');
    const saved = path.join(folder, 'saved-fix.jsonl');
    cpSync(path.join(store(bench, 'fix'), 'run.jsonl'), saved);
    expect(await shownBy(bench, saved)).toBe('fix');
    const { code, stdout } = await bench.run('report', saved, '-f', 'png', '--charts', 'spread');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      path.join(folder, 'saved-fix-report', 'charts', 'spread-tcp-echo.png'),
    ]);
    expect(existsSync(stdout.trim())).toBe(true);
    expect(existsSync(path.join(folder, 'charts'))).toBe(false);
  });

  test('refuses a file that is not a run', async () => {
    const bench = new Bench();
    const summary = path.join(store(bench, 'fix'), 'summary.md');
    expectRefusal(
      await bench.run('report', summary),
      /summary\.md cannot be read: its first line is not a header of iobench results/,
      /name a run/,
    );
    expectRefusal(await bench.run('view', summary, '--no-open'), /summary\.md cannot be read/);
    expectRefusal(await bench.run('compare', summary, 'fix'), /summary\.md cannot be read/);
  });

  test('reads a file that lacks its last newline, or has an empty line or a byte order mark', async () => {
    const bench = new Bench();
    const file = path.join(store(bench, 'fix'), 'run.jsonl');
    const text = readFileSync(file, 'utf8');
    for (const edited of [text.trimEnd(), `${text}\n`, `\uFEFF${text}`]) {
      writeFileSync(file, edited);
      const { code, stdout, stderr } = await bench.run('report', 'fix', '-f', 'json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(
        (JSON.parse(stdout) as { cells: { trials: number }[] }).cells.map(({ trials }) => trials),
      ).toEqual([3]);
    }
    appendFileSync(file, Buffer.of(0xff, 0x0a));
    expectRefusal(
      await bench.run('report', 'fix'),
      /line 5 is not UTF-8 text/,
      /changed or damaged after it was written; without line 5, the rest/,
    );
  });
});

describe('compare', () => {
  test('compares the two that were named', async () => {
    const bench = new Bench();
    store(bench, '2026-01-02T00-00-00-000-fix', 40e3);
    store(bench, '2026-01-03T00-00-00-000-before-fix', 50e3);
    const { code, stdout } = await bench.run(
      'compare',
      'before-fix',
      'fix',
      '--format',
      'json',
      '--fail-if-slower',
      '5%',
    );
    expect(code).toBe(1);
    expect(stdout).toContain('2026-01-02T00-00-00-000-fix');
    expect(stdout).toContain('2026-01-03T00-00-00-000-before-fix');
  });

  test('refuses to compare a run with itself', async () => {
    const bench = new Bench();
    const folder = store(bench, '2026-01-02T00-00-00-000-fix');
    expectRefusal(
      await bench.run('compare', 'fix', folder),
      /are the same run: results\/2026-01-02T00-00-00-000-fix\/run\.jsonl/,
    );
  });
});

describe('view', () => {
  const get = (address: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      http
        .get(address, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => {
            body += text;
          });
          response.on('end', () => resolve({ status: response.statusCode, body }));
        })
        .on('error', reject);
    });

  test('serves the file that was named, and beside it the runs of its folder', async () => {
    const bench = new Bench();
    store(bench, '2026-01-03T00-00-00-000-other');
    const saved = path.join(bench.results, 'saved-fix.jsonl');
    cpSync(
      path.join(store({ results: path.join(bench.directory, 'elsewhere') } as Bench, 'fix'), 'run.jsonl'),
      saved,
    );
    const view = bench.start(['view', saved, '--no-open', '--port', '0']);
    const [address] = await view.said(/http:\/\/127\.0\.0\.1:\d+\/\S*/);
    expect(address).toMatch(/\/runs\/saved-fix\.jsonl\/$/);
    const page = await get(address);
    expect(page.status).toBe(200);
    expect(page.body).toContain('"id":"fix"');
    const list = await get(new URL('/', address).href);
    expect(list.body).toMatch(/saved-fix\.jsonl[\s\S]*2026-01-03T00-00-00-000-other/);
    expect((await get(new URL('/runs/2026-01-03T00-00-00-000-other/', address).href)).status).toBe(200);
    for (const asked of ['/runs/elsewhere/', '/runs/fix/'])
      expect((await get(new URL(asked, address).href)).status).toBe(404);
  });

  test('opens the one run of the name', async () => {
    const bench = new Bench();
    store(bench, '2026-01-02T00-00-00-000-fix');
    store(bench, '2026-01-03T00-00-00-000-before-fix');
    const view = bench.start(['view', 'fix', '--no-open', '--port', '0']);
    const [address] = await view.said(/http:\/\/127\.0\.0\.1:\d+\/\S*/);
    expect(address).toMatch(/\/runs\/2026-01-02T00-00-00-000-fix\/$/);
  });
});
