/** `iobench view` in a real browser, and asked by what would do harm. */
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatLine, type RunHeader, type TrialRecord } from '../../src/result.ts';
import { Bench } from '../cli/iobench.ts';
import * as sample from '../report/sample.ts';
import { expectQuiet, isMissing, launch, visit } from './browser.ts';

const MODELS = ['epoll', 'poll'];
const HOSTILE = '<img src=x onerror="globalThis.hacked=1">';

/** Writes a run as a run leaves it; without a summary it is still going on. */
function store(
  bench: Bench,
  id: string,
  { name = id, medianNs = 1e6, isOver = true, trials = [1, 2, 3] } = {},
): string {
  const folder = path.join(bench.results, id);
  mkdirSync(folder, { recursive: true });
  const header: RunHeader = sample.headerOf(MODELS, { id, name, trials: 3 });
  const lines = trials.flatMap((trial) => MODELS.map((model) => trialOf(model, trial, medianNs)));
  writeFileSync(path.join(folder, 'run.jsonl'), [header, ...lines].map(formatLine).join(''));
  if (isOver) writeFileSync(path.join(folder, 'summary.md'), '# over\n');
  return folder;
}

function trialOf(model: string, trial: number, medianNs: number): TrialRecord {
  return sample.measured(sample.cellOf(model), trial, { medianNs: medianNs * (model === 'poll' ? 2 : 1) });
}

async function serve(bench: Bench, ...words: string[]): Promise<string> {
  const view = bench.start(['view', '--no-open', '--port', '0', ...words]);
  const [address] = await view.said(/http:\/\/127\.0\.0\.1:\d+\/\S*/);
  return address;
}

/** Asks without a client that tidies the address up. */
function status(
  address: string,
  asked: string,
  { method = 'GET', host = '' } = {},
): Promise<number | undefined> {
  const { port, host: ours } = new URL(address);
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, path: asked, method, headers: { host: host === '' ? ours : host } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('error', reject);
    request.end();
  });
}

describe('what is served', () => {
  test('runs of the folder, and nothing else', async () => {
    const bench = new Bench();
    store(bench, 'one');
    writeFileSync(path.join(bench.results, 'secret.txt'), 'secret');
    store({ results: path.join(bench.directory, 'outside') } as Bench, 'other');
    symlinkSync(path.join(bench.directory, 'outside', 'other'), path.join(bench.results, 'linked'));
    const address = await serve(bench);
    for (const asked of ['/', '/runs/one/', '/compare?base=one&new=one'])
      expect(await status(address, asked)).toBe(200);
    const lost = [
      '/runs/one',
      '/runs/one/run.jsonl',
      '/runs/two/',
      '/runs/..%2f..%2foutside%2fother/',
      '/runs/linked/',
      '/runs/one%00/',
      '/runs/%/',
      '/secret.txt',
      '/../secret.txt',
      '//evil.example/',
      '/compare?base=one&new=../outside/other',
      '/compare',
    ];
    for (const asked of lost) expect([asked, await status(address, asked)]).toEqual([asked, 404]);
    expect(await status(address, '/', { method: 'POST' })).toBe(405);
    for (const host of ['evil.example', '127.0.0.1.evil.example'])
      expect(await status(address, '/runs/one/', { host })).toBe(403);
  });

  test('a run that is named is opened itself; one that cannot be read is said at once', async () => {
    const bench = new Bench();
    store(bench, '2026-01-02-first');
    store(bench, '2026-01-03-second');
    expect(await serve(bench, 'first')).toMatch(/\/runs\/2026-01-02-first\/$/);
    expect(await serve(bench)).toMatch(/:\d+\/$/);
    mkdirSync(path.join(bench.results, 'broken'));
    writeFileSync(path.join(bench.results, 'broken', 'run.jsonl'), 'no\n');
    expect((await bench.run('view', '--no-open', 'broken')).stderr).toContain('cannot be read');
    expect(await status(await serve(bench), '/')).toBe(200);
  });
});

describe.skipIf(isMissing)('in the browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('the list has the newest run first, finds runs, and leads to their reports', async () => {
    const bench = new Bench();
    store(bench, '2026-01-02-apples');
    store(bench, '2026-01-03-pears', { isOver: false });
    const watched = await visit(browser, await serve(bench));
    const { page } = watched;
    const rows = page.locator('tbody tr:visible');
    expect(await rows.locator('a').allTextContents()).toEqual(['2026-01-03-pears', '2026-01-02-apples']);
    expect(await rows.first().textContent()).toContain('going on');
    await page.getByLabel('Search').fill('apples TCP-ECHO');
    expect(await rows.locator('a').allTextContents()).toEqual(['2026-01-02-apples']);
    expect(await page.getByRole('status').textContent()).toBe('1 of 2 runs');
    expectQuiet(watched);
    await rows.locator('a').click();
    await page.locator('#chosen h2').waitFor();
    expect(await page.locator('h1').textContent()).toBe('2026-01-02-apples');
    expect(watched.complaints).toEqual([]);
  });

  test('two runs stand side by side, with what changed', async () => {
    const bench = new Bench();
    store(bench, '2026-01-02-before', { medianNs: 2e6 });
    store(bench, '2026-01-03-after');
    const watched = await visit(browser, await serve(bench));
    const { page } = watched;
    await page.getByRole('button', { name: /^Compare/ }).click();
    await page.locator('iframe').nth(1).waitFor();
    const rows = await page.locator('tbody tr:has(td)').allTextContents();
    expect(rows).toHaveLength(2);
    // What all rows of a group have in common is said once.
    expect(await page.locator('tbody th').allTextContents()).toEqual([
      expect.stringMatching(/^tcp-echo \(.*\), \d+ clients?$/),
    ]);
    for (const row of rows) expect(row).toMatch(/2\.0\d × faster/);
    const names = await Promise.all(
      [0, 1].map((side) => page.frameLocator('iframe').nth(side).locator('h1').textContent()),
    );
    expect(names).toEqual(['2026-01-02-before', '2026-01-03-after']);
    expect(watched.complaints).toEqual([]);
  });

  test('the report of a run that goes on fills in as trials land, and keeps what was chosen', async () => {
    const bench = new Bench();
    const folder = store(bench, 'growing', { isOver: false, trials: [1] });
    const watched = await visit(browser, await serve(bench, 'growing'));
    const { page } = watched;
    const status = page.getByRole('status');
    expect(await status.textContent()).toContain('2 trials so far');
    await page.getByLabel('Axes', { exact: true }).selectOption('log');
    const land = (trial: number, model: string) =>
      appendFileSync(path.join(folder, 'run.jsonl'), formatLine(trialOf(model, trial, 1e6)));
    for (const trial of [2, 3]) for (const model of MODELS) land(trial, model);
    // Half a line is being written.
    appendFileSync(path.join(folder, 'run.jsonl'), '{"kind":"tri');
    await expect.poll(() => status.textContent(), { timeout: 15_000 }).toContain('6 trials so far');
    expect(await page.locator('#verdicts').textContent()).toMatch(/epoll completes [12]\.\d+ × /);
    expect(await page.locator('#warnings').count()).toBe(0);
    expect(await page.getByLabel('Axes', { exact: true }).inputValue()).toBe('log');
    store(bench, 'growing');
    await expect.poll(() => status.textContent(), { timeout: 15_000 }).toContain('has ended');
    expect(watched.complaints).toEqual([]);
  });

  test('a report that fills in leaves focus, zoom and what is unfolded to the reader', async () => {
    const bench = new Bench();
    const folder = store(bench, 'growing', { isOver: false, trials: [1, 2] });
    const watched = await visit(browser, await serve(bench, 'growing'));
    const { page } = watched;
    const land = (trial: number, model: string, medianNs = 1e6) =>
      appendFileSync(
        path.join(folder, 'run.jsonl'),
        formatLine(sample.measured(sample.cellOf(model), trial, { medianNs })),
      );
    const figure = page.locator('figure[data-kind="curve"]');
    const focused = () =>
      page.evaluate(() =>
        (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)?.slice(
          0,
          80,
        ),
      );
    const told = (count: number) =>
      expect
        .poll(() => page.getByRole('status').textContent(), { timeout: 15_000 })
        .toContain(`${count} trials so far`);

    const chip = page.getByRole('button', { name: 'poll', exact: true });
    await chip.focus();
    const bar = await page.locator('.controls').elementHandle();
    land(3, 'epoll');
    await told(5);
    expect(await focused()).toBe('poll');
    expect(await bar?.evaluate((element) => element.isConnected)).toBe(true);

    await figure.locator('summary').click();
    await figure.getByRole('button', { name: /^Zoom in/ }).click();
    const before = await figure.boundingBox();
    const label = await focused();
    expect(label).toMatch(/^Zoom in/);
    land(3, 'poll', 2e6);
    await told(6);
    expect(await focused()).toBe(label);
    expect(await figure.locator('table').isVisible()).toBe(true);
    expect(await figure.getByRole('button', { name: /^Reset zoom/ }).isEnabled()).toBe(true);
    // A verdict has come in above: what the reader looks at stays where it was.
    expect(await page.locator('#verdicts li').count()).toBe(1);
    expect(Math.abs(((await figure.boundingBox())?.y ?? Number.NaN) - (before?.y ?? 0))).toBeLessThan(2);

    await figure.locator('summary').focus();
    land(1, 'io-uring', 3e6);
    await told(7);
    expect(await focused()).toBe('Table');
    expect(await bar?.evaluate((element) => element.isConnected)).toBe(false);
    expect(await page.getByRole('button', { name: 'io-uring', exact: true }).count()).toBe(1);
    expect(watched.complaints).toEqual([]);
  });

  test('hostile names in the list and in a comparison are text', async () => {
    const bench = new Bench();
    for (const id of ['a', 'b']) {
      store(bench, id, { name: HOSTILE });
      mkdirSync(path.join(bench.results, `${HOSTILE.replaceAll('/', '')}${id}`));
      store(bench, `${HOSTILE.replaceAll('/', '')}${id}`, { name: HOSTILE });
    }
    const address = await serve(bench);
    for (const asked of [address, `${address}compare?base=a&new=b`]) {
      const watched = await visit(browser, asked);
      expect(await watched.page.locator('img').count()).toBe(0);
      expect(await watched.page.locator('h1').textContent()).toContain(
        asked === address ? 'iobench' : '<img',
      );
      expect(await watched.page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
      expect(watched.complaints).toEqual([]);
    }
  });
});
