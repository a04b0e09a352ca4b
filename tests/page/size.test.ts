/**
 * How large the page is, and how soon it is there. The bounds of time are generous: they catch what grows
 * with the square of the cells.
 */
/// <reference lib="dom" />
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarise } from '../../src/report/summary/document.ts';
import type { Cell, RunDocument } from '../../src/result.ts';
import { load } from '../compiled.ts';
import * as sample from '../report/sample.ts';
import { expectQuiet, isMissing, isPainted, launch, openReport } from './browser.ts';

const WORKLOADS = [
  'sleep',
  'file-read',
  'file-write',
  'tcp-echo',
  'http-get',
  'http-compute',
  'http-fan-out',
];
const MOST_BYTES = 1.5e6;
const LONGEST_OPENING_MS = 5000;

/** Cells with every figure, of all models, under `loads` numbers of clients for each of seven workloads. */
function manyCells(concurrencies: readonly number[], trials: number): RunDocument {
  const run = sample.everyFigure();
  const own = run.trials.filter(({ cell, trial }) => cell.workload === 'http-get' && trial <= trials);
  const report = summarise({ ...run, header: { ...run.header, trials }, trials: own });
  const cells = WORKLOADS.flatMap((workload) =>
    concurrencies.flatMap((concurrency, index) => {
      const alike = [1, 8, 64][index % 3];
      const copied = report.cells.filter(
        (cell) => cell.load.kind === 'closed' && cell.load.concurrency === alike,
      );
      return copied.map((cell): Cell => ({ ...cell, workload, load: sample.closed(concurrency) }));
    }),
  );
  return { ...report, cells };
}

test('the page of a standard run (all models, seven workloads, three loads, three trials) is under 1.5 MB', async () => {
  const { renderHtml } =
    await load<typeof import('../../src/report/formats/html.ts')>('report/formats/html.js');
  const report = manyCells([1, 8, 64], 3);
  expect(report.cells).toHaveLength(sample.ALL_MODELS.length * WORKLOADS.length * 3);
  expect(Buffer.byteLength(renderHtml(report))).toBeLessThan(MOST_BYTES);
});

describe.skipIf(isMissing)('1,000 cells with every figure', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  const report = manyCells(
    Array.from({ length: 13 }, (_, step) => 2 ** step),
    3,
  );

  test('the page is built, opened and drawn in seconds, and so is another choice', async () => {
    expect(report.cells).toHaveLength(1001);
    const began = performance.now();
    const watched = await openReport(browser, report);
    const { page } = watched;
    const canvases = page.locator('figure canvas');
    const first = canvases.first();
    await first.scrollIntoViewIfNeeded();
    await expect.poll(() => isPainted(first)).toBe(true);
    expect(performance.now() - began).toBeLessThan(LONGEST_OPENING_MS);
    const ready = await page.evaluate(() =>
      performance.getEntriesByName('iobench-ready').map(({ startTime }) => startTime),
    );
    expect(ready).toHaveLength(1);
    expect(ready[0]).toBeLessThan(LONGEST_OPENING_MS);

    const chosen = performance.now();
    await page.getByLabel('Workload', { exact: true }).selectOption('http-fan-out');
    expect(await page.locator('#chosen h2').textContent()).toBe('http-fan-out');
    expect(await canvases.count()).toBeGreaterThan(8);
    for (const canvas of await canvases.all()) {
      await canvas.scrollIntoViewIfNeeded();
      await expect.poll(() => isPainted(canvas)).toBe(true);
    }
    expect(performance.now() - chosen).toBeLessThan(LONGEST_OPENING_MS);
    expectQuiet(watched);
  }, 30_000);
});
