/** Every control of the page does what it says. */
/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarise } from '../../src/report/summary/document.ts';
import * as sample from '../report/sample.ts';
import { expectQuiet, isMissing, launch, openReport, pictureOf } from './browser.ts';

describe.skipIf(isMissing)('controls', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  const report = summarise(sample.everyFigure());
  const open = () => openReport(browser, report);

  test('the workload that is chosen is the one that is shown', async () => {
    const watched = await open();
    const { page } = watched;
    expect(await page.locator('#chosen h2').textContent()).toBe('http-get');
    await page.getByLabel('Workload', { exact: true }).selectOption({ label: 'tcp-echo' });
    expect(await page.locator('#chosen h2').textContent()).toBe('tcp-echo');
    expect(await page.locator('#chosen caption').first().textContent()).toContain('32 clients');
    // Six numbers of clients are enough for a fit.
    expect(await page.locator('figure[data-kind="scalability"]').count()).toBe(2);
    expectQuiet(watched);
  });

  test('the load that is chosen is the one of the table and of the charts', async () => {
    const watched = await open();
    const { page } = watched;
    const before = await pictureOf(page, 'latency');
    expect(await page.locator('figure[data-kind="latency"] .at').textContent()).toBe('64 clients');
    expect(await page.locator('#chosen .advice').textContent()).toMatch(/^At 64 clients, take /);
    await page.getByLabel('Load', { exact: true }).selectOption('8 clients');
    expect(await page.locator('#chosen .advice').textContent()).toMatch(/^At 8 clients, take /);
    expect(await page.locator('#chosen .scroll.main caption').textContent()).toContain('8 clients');
    expect(await page.locator('figure[data-kind="latency"] .at').allTextContents()).toEqual(['8 clients']);
    expect(await pictureOf(page, 'latency')).not.toBe(before);
    expectQuiet(watched);
  });

  test('axes are linear or logarithmic', async () => {
    const watched = await open();
    const { page } = watched;
    const pictures = new Set<string>();
    for (const scale of ['linear', 'log']) {
      await page.getByLabel('Axes', { exact: true }).selectOption(scale);
      pictures.add(await pictureOf(page, 'throughput'));
    }
    expect(pictures.size).toBe(2);
    expectQuiet(watched);
  });

  test('a model is hidden and shown again, in the table and in the charts', async () => {
    const watched = await open();
    const { page } = watched;
    const rows = page.locator('#chosen .scroll.main tbody tr');
    const [count, before] = [await rows.count(), await pictureOf(page, 'curve')];
    const chip = page.getByRole('button', { name: 'epoll', exact: true });
    await chip.click();
    expect(await chip.getAttribute('aria-pressed')).toBe('false');
    expect(await rows.count()).toBe(count - 1);
    await page.mouse.move(2, 2);
    expect(await pictureOf(page, 'curve')).not.toBe(before);
    await chip.click();
    await page.locator('h1').click();
    expect(await rows.count()).toBe(count);
    expect(await pictureOf(page, 'curve')).toBe(before);
    await page.getByRole('button', { name: 'Hide all' }).click();
    expect(await rows.count()).toBe(0);
    expect(await page.locator('#chosen').textContent()).toContain('All models are hidden');
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await rows.count()).toBe(count);
    expectQuiet(watched);
  });

  test('the legend highlights a model across all charts, by mouse and by keyboard', async () => {
    const watched = await open();
    const { page } = watched;
    const kinds = ['throughput', 'curve', 'percentiles', 'latency', 'timeline', 'spread', 'map'];
    const pictures = () => Promise.all(kinds.map((kind) => pictureOf(page, kind)));
    const before = await pictures();
    const chip = page.getByRole('button', { name: 'io-uring', exact: true });
    await chip.hover();
    const hovered = await pictures();
    expect(hovered.filter((picture, index) => picture === before[index])).toEqual([]);
    await page.mouse.move(2, 2);
    expect(await pictures()).toEqual(before);
    await chip.focus();
    expect(await pictures()).toEqual(hovered);
    expectQuiet(watched);
  });

  test('zoom by button and by mouse, and back', async () => {
    const watched = await open();
    const { page } = watched;
    const before = await pictureOf(page, 'curve');
    const figure = page.locator('figure[data-kind="curve"]');
    const reset = figure.getByRole('button', { name: /^Reset zoom/ });
    expect(await reset.isDisabled()).toBe(true);
    await figure.getByRole('button', { name: /^Zoom in/ }).click();
    const zoomed = await pictureOf(page, 'curve');
    expect(zoomed).not.toBe(before);
    await reset.click();
    expect(await pictureOf(page, 'curve')).toBe(before);
    await figure.locator('canvas').evaluate((canvas) => canvas.scrollIntoView({ block: 'center' }));
    const box = (await figure.locator('canvas').boundingBox()) ?? expect.unreachable('it has no box');
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6, { steps: 4 });
    expect(await figure.locator('.selection').isVisible()).toBe(true);
    await page.mouse.up();
    await page.mouse.move(2, 2);
    expect(await figure.locator('.selection').isVisible()).toBe(false);
    expect(await reset.isEnabled()).toBe(true);
    await page.locator('.controls').getByRole('button', { name: 'Reset zoom' }).click();
    expect(await reset.isDisabled()).toBe(true);
    expect(await pictureOf(page, 'curve')).toBe(before);
    expectQuiet(watched);
  });

  test('light, dark, and as the system has it', async () => {
    const watched = await open();
    const { page } = watched;
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [light, chart] = [await background(), await pictureOf(page, 'curve')];
    await page.getByLabel('Theme').selectOption('dark');
    const dark = await background();
    expect(dark).not.toBe(light);
    expect(await pictureOf(page, 'curve')).not.toBe(chart);
    await page.getByLabel('Theme').selectOption('system');
    expect(await background()).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await background()).toBe(dark);
    expectQuiet(watched);
  });

  test('every chart has its figures in a table, and says how to read it', async () => {
    const watched = await open();
    const { page } = watched;
    for (const figure of await page.locator('figure').all()) {
      expect(await figure.locator('.how').textContent()).toMatch(/\.$/);
      const table = figure.locator('table');
      expect(await table.isVisible()).toBe(false);
      await figure.locator('summary').click();
      expect(await table.isVisible()).toBe(true);
      expect(await table.locator('tbody tr').count()).toBeGreaterThan(0);
    }
    expect(await page.locator('figure[data-kind="throughput"] table').textContent()).toMatch(
      /\d\/s \([\d,]+ to [\d,]+\)/,
    );
    expectQuiet(watched);
  });

  test('pointing at a chart shows the exact figure', async () => {
    const watched = await open();
    const canvas = watched.page.locator('figure[data-kind="throughput"] canvas');
    await canvas.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    const before = await pictureOf(watched.page, 'throughput');
    await canvas.hover();
    expect(await pictureOf(watched.page, 'throughput')).not.toBe(before);
    expectQuiet(watched);
  });

  test('what is said first of each of several workloads is which model to take, and why', async () => {
    const { page } = await open();
    const first = page.locator('#verdicts li').first();
    expect(await first.locator('.take').textContent()).toMatch(/^[a-z-]+ · At \d+ clients, /);
    expect(await first.locator('.because').textContent()).toMatch(/^(On|With) .*\.$/);
  });

  test('a verdict leads to its workload', async () => {
    const watched = await open();
    const { page } = watched;
    // The first few are open to see, the rest is folded.
    for (const summary of await page.locator('#verdicts summary').all()) await summary.click();
    await page.getByRole('button', { name: 'Show tcp-echo' }).click();
    expect(await page.locator('#chosen h2').textContent()).toBe('tcp-echo');
    expect(await page.getByLabel('Workload', { exact: true }).inputValue()).toBe('tcp-echo');
    expectQuiet(watched);
  });

  test('the data is there to download, whole', async () => {
    const watched = await open();
    const { page } = watched;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Download/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${report.run.id}.json`);
    expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(report)),
    );
    expectQuiet(watched);
  });

  test('the keyboard reaches what there is to choose, in the order in which it stands', async () => {
    const watched = await open();
    const { page } = watched;
    await page.getByLabel('Workload', { exact: true }).focus();
    const order: string[] = [];
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press('Tab');
      order.push(
        await page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || ''),
      );
    }
    expect(order).toEqual([
      'load',
      'scale',
      'theme',
      'Reset zoom',
      'Show all',
      'Hide all',
      'sync-blocking',
      'sync-nonblocking',
    ]);
    await page.keyboard.press('Space');
    expect(
      await page.getByRole('button', { name: 'sync-nonblocking', exact: true }).getAttribute('aria-pressed'),
    ).toBe('false');
    expectQuiet(watched);
  });
});
