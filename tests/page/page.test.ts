/** The page as a whole: quiet, safe, readable by everybody, at any size, however much there is to show. */
/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chartsOf } from '../../src/report/charts/index.ts';
import { pageLook } from '../../src/report/charts/look.ts';
import { renderMarkdown } from '../../src/report/formats/markdown.ts';
import { renderText } from '../../src/report/formats/text.ts';
import { summarise } from '../../src/report/summary/document.ts';
import { sectionsOf } from '../../src/report/summary/sections.ts';
import { parseRun, type RunDocument } from '../../src/result.ts';
import { loaded } from '../report/loaded.ts';
import * as sample from '../report/sample.ts';
import { expectQuiet, isMissing, isPainted, launch, openReport } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '</script><script>globalThis.hacked=1</script><img src=x onerror="globalThis.hacked=1">"\'&';

/** Copies of one cell: summarising real trials is not what is asked here. */
function thousandCells(): RunDocument {
  const report = summarise(sample.fiveModels());
  const cells = Array.from({ length: 40 }, (_, workload) =>
    [1, 4, 16, 64, 256].flatMap((concurrency) =>
      report.cells.map(
        (cell) =>
          ({
            ...cell,
            workload: `workload-${workload}`,
            load: sample.closed(concurrency),
          }) as (typeof report.cells)[number],
      ),
    ),
  ).flat();
  return { ...report, cells };
}

describe.skipIf(isMissing)('the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  describe.each(sample.SAMPLE_NAMES)('%s', (name) => {
    // Colours do not depend on the width, nor what sticks out on colours: each is seen with each of the other.
    test.each([
      { width: 390, theme: 'light' },
      { width: 1440, theme: 'dark' },
    ] as const)('$width pixels, $theme: nothing sticks out, and nobody is shut out', async (screen) => {
      const watched = await openReport(browser, summarise(sample.SAMPLES[name]()), screen);
      const { page } = watched;
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        screen.width,
      );
      for (const details of await page.locator('details').all())
        await details.evaluate((element) => element.setAttribute('open', ''));
      // The page's own policy lets no script in; what the debugger evaluates is not asked.
      await page.evaluate(AXE);
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: {
            run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
          };
        };
        return (await axe.run()).violations.map(({ id, impact, nodes }) => ({
          id,
          impact,
          nodes: nodes.map(({ html }) => html.slice(0, 200)),
        }));
      });
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    });
  });

  test.each([390, 1440])(
    'at %i pixels the first screen has the answer, then the warnings, which open to be explained',
    async (width) => {
      const { page } = await openReport(browser, loaded(), { width });
      const [answer, warnings] = [page.locator('#verdicts .take'), page.locator('#warnings')];
      expect(await answer.textContent()).toMatch(/^tcp-echo · At 8 clients, /);
      const [above, below] = [await answer.boundingBox(), await warnings.boundingBox()];
      expect(above?.y).toBeLessThan(below?.y ?? 0);
      expect((below?.y ?? Number.NaN) + (below?.height ?? 0)).toBeLessThan(900);
      const explanation = warnings.getByText('other processes used', { exact: false }).first();
      expect(await explanation.isVisible()).toBe(false);
      await warnings.locator('summary').first().click();
      await warnings.locator('summary', { hasText: 'other-load' }).last().click();
      expect(await explanation.isVisible()).toBe(true);
    },
  );

  test('a file asks nobody for anything, and complains of nothing', async () => {
    for (const name of sample.SAMPLE_NAMES)
      expectQuiet(await openReport(browser, summarise(sample.SAMPLES[name]())));
  });

  test('the guard of the tests sees a request and an error', async () => {
    const watched = await openReport(browser, summarise(sample.oneModel()));
    await watched.page.evaluate(() => {
      console.error('seen');
      document.body.append(
        Object.assign(document.createElement('img'), { src: 'https://example.invalid/x.png' }),
      );
    });
    await watched.page.waitForTimeout(200);
    expect(watched.complaints.join()).toContain('seen');
    // The policy stops it before it leaves.
    expect(watched.complaints.join()).toContain('Content Security Policy');
  });

  test('hostile names are shown as text, and do nothing', async () => {
    const cell = sample.cellOf(HOSTILE, sample.closed(1), {
      workload: HOSTILE,
      params: { [HOSTILE]: HOSTILE },
      modelParams: { [HOSTILE]: HOSTILE },
    });
    const header = sample.headerOf([HOSTILE], {
      name: HOSTILE,
      command: HOSTILE,
      id: HOSTILE,
      workloads: [{ name: HOSTILE, summary: HOSTILE }],
    });
    const trials = [1, 2, 3].flatMap((trial) => [
      sample.measured(cell, trial, { notes: [HOSTILE] }),
      sample.measured({ ...cell, model: `${HOSTILE}2` }, trial, { medianNs: 9e6 }),
      sample.refused({ ...cell, model: `${HOSTILE}3` }, 'failed', HOSTILE, trial),
    ]);
    const watched = await openReport(browser, summarise(sample.runOf(header, trials, [HOSTILE])));
    const { page } = watched;
    expect(await page.locator('h1').textContent()).toBe(HOSTILE);
    expect(await page.locator('#chosen h2').textContent()).toBe(HOSTILE);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
    expectQuiet(watched);
  });

  test('under the title of a server stands on which side the model is, and under no other', async () => {
    const server = { generator: 'epoll' };
    const [ours, mine] = [{}, server].map((side) =>
      sample.measured(sample.cellOf('poll', sample.closed(8), side), 1),
    );
    for (const [trial, count] of [[ours, 0] as const, [mine, 1] as const]) {
      if (trial === undefined) return expect.unreachable();
      const report = summarise(sample.runOf(sample.headerOf(['poll'], { trials: 1 }), [trial]));
      const { page } = await openReport(browser, report);
      expect(await page.locator('#chosen h2 ~ .side').count()).toBe(count);
      if (count > 0)
        expect(await page.locator('.side').textContent()).toMatch(/^The server is measured; .* under epoll /);
    }
  });

  test('on paper all answers and all kinds of warning are unfolded', async () => {
    const { page } = await openReport(browser, summarise(sample.everyFigure()));
    const folded = [
      page.locator('#verdicts li').last(),
      page.locator('#warnings details details summary').first(),
    ];
    for (const part of folded) expect(await part.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    for (const part of folded) expect(await part.isVisible()).toBe(true);
  });

  test('on paper there are no controls, and the page is white', async () => {
    const watched = await openReport(browser, summarise(sample.fiveModels()), { theme: 'dark' });
    const { page } = watched;
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('.controls').isVisible()).toBe(false);
    expect(await page.locator('.tools').first().isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(245, 246, 248)',
    );
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(
      'rgb(245, 246, 248)',
    );
    expectQuiet(watched);
  });

  test('a chart is drawn when it comes near the screen, in the room that was kept for it', async () => {
    const watched = await openReport(browser, summarise(sample.everyFigure()));
    const { page } = watched;
    const [first, last] = [page.locator('figure canvas').first(), page.locator('figure canvas').last()];
    const height = () => page.evaluate(() => document.documentElement.scrollHeight);
    const before = await height();
    expect(await isPainted(last)).toBe(false);
    await first.scrollIntoViewIfNeeded();
    expect(await isPainted(first)).toBe(true);
    await last.scrollIntoViewIfNeeded();
    await expect.poll(() => isPainted(last)).toBe(true);
    expect(await height()).toBe(before);
    expectQuiet(watched);
  });

  test('what was far from the screen is on paper', async () => {
    const watched = await openReport(browser, summarise(sample.everyFigure()));
    const { page } = watched;
    const canvases = await page.locator('figure canvas').all();
    const painted = () => Promise.all(canvases.map(isPainted));
    expect(await painted()).toContain(false);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await painted()).not.toContain(false);
    expectQuiet(watched);
  });

  test('zooming a chart that was never near the screen zooms it', async () => {
    const watched = await openReport(browser, summarise(sample.everyFigure()));
    const figure = watched.page.locator('figure[data-kind="spread"]').first();
    expect(await isPainted(figure.locator('canvas'))).toBe(false);
    await figure
      .getByRole('button', { name: /^Zoom in/ })
      .evaluate((button) => (button as HTMLButtonElement).click());
    expect(await isPainted(figure.locator('canvas'))).toBe(true);
    expect(await figure.getByRole('button', { name: /^Reset zoom/ }).isEnabled()).toBe(true);
    expectQuiet(watched);
  });

  test('a run that only searched shows what was found for the models that are chosen; there is no load to choose', async () => {
    const file = path.join(import.meta.dirname, '..', '..', 'results', 'reference-capacity', 'run.jsonl');
    const { page, complaints } = await openReport(browser, summarise(parseRun(readFileSync(file))), {
      width: 1440,
    });
    expect(
      await page
        .locator('figure')
        .evaluateAll((figures) => figures.map((figure) => figure.getAttribute('data-kind'))),
    ).toEqual(['capacity', 'curve']);
    expect(await page.locator('#load').isVisible()).toBe(false);
    expect(await page.locator('p.empty').count()).toBe(0);
    expect(await page.locator('.chip').count()).toBe(11);
    await page.locator('.chip', { hasText: 'io-uring' }).click();
    const rows = page.locator('figure[data-kind=capacity] tbody th');
    expect(await rows.allTextContents()).toHaveLength(10);
    expect(await rows.allTextContents()).not.toContain('io-uring');
    expect(complaints).toEqual([]);
  });

  test('of 1,000 cells only what is chosen is drawn', async () => {
    const report = thousandCells();
    expect(report.cells).toHaveLength(1000);
    const watched = await openReport(browser, report);
    const { page } = watched;
    const [section] = sectionsOf(report);
    const all = section === undefined ? [] : chartsOf(report, section, pageLook('light', false));
    const chosen = all
      .filter(({ load }) => load === undefined || (load.kind === 'closed' && load.concurrency === 256))
      .map(({ name }) => name);
    const shown = () => page.locator('figure').evaluateAll((figures) => figures.map(({ id }) => id).sort());
    expect(await shown()).toEqual(chosen.toSorted());
    expect(chosen.length).toBeLessThan(all.length);
    await page.getByLabel('Workload', { exact: true }).selectOption('workload-39');
    expect((await shown()).length).toBe(chosen.length);
    expect((await shown()).every((id) => id.includes('workload-39'))).toBe(true);
    expectQuiet(watched);
  });
});

test('1,000 cells are rendered as text and Markdown, a row each', () => {
  const report = thousandCells();
  const rows = (text: string, pattern: RegExp) =>
    text.split('\n').filter((line) => pattern.test(line)).length;
  expect(
    rows(
      renderText(report, { width: 120, color: false }),
      /^(sync-blocking|thread-per-request|async-callback|event-loop|epoll)\S* +\d/,
    ),
  ).toBe(1000);
  expect(
    rows(renderMarkdown(report), /^\| (sync-blocking|thread-per-request|async-callback|event-loop|epoll)/),
  ).toBe(1000);
});
