/** A request as a conversation, with the times of the model that is asked for. */
/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarise } from '../../src/report/summary/document.ts';
import * as sample from '../report/sample.ts';
import { expectQuiet, isMissing, launch, openReport, type Screen } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(isMissing)('the conversation of a request', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  const report = summarise(sample.everyFigure());
  const opened = async (screen?: Screen) => {
    const watched = await openReport(browser, report, screen);
    await watched.page.getByLabel('Workload', { exact: true }).selectOption('page-visit');
    return { ...watched, story: watched.page.locator('figure.story') };
  };

  test('says who sends what to whom, how long that takes, and its share; nothing of other workloads', async () => {
    const watched = await opened();
    const { page, story } = watched;
    expect(await story.locator('.party').allTextContents()).toEqual(['browser', 'name server', 'server']);
    const steps = () =>
      story
        .locator('li')
        .evaluateAll((items) =>
          items.map((item) =>
            [...item.querySelectorAll('.message, .cost > :not(.share)')].map(
              ({ textContent }) => textContent,
            ),
          ),
        );
    // The model that completes most, whose threads begin requests later: that is sent by nobody.
    expect(await page.getByLabel('Times under').inputValue()).toBe('thread-per-request');
    expect((await steps())[0]).toEqual(['until a thread begins it', 'p50 20.0 µs', 'share 14 %']);
    await page.getByLabel('Times under').selectOption('epoll');
    expect(await steps()).toEqual([
      [
        'browser to name server: where is it?',
        'name server to browser: here',
        'dns',
        'p50 20.0 µs',
        'share 33 %',
      ],
      ['browser to server: SYN', 'connect', 'p50 40.0 µs', 'share 67 %'],
    ]);
    await page.getByLabel('Workload', { exact: true }).selectOption('http-get');
    expect(await page.locator('figure.story').count()).toBe(0);
    expectQuiet(watched);
  });

  test('arrows begin and end at those who talk', async () => {
    const { story } = await opened();
    const centre = async (name: string) => {
      const box = await story.locator('.party', { hasText: new RegExp(`^${name}$`) }).boundingBox();
      return (box?.x ?? Number.NaN) + (box?.width ?? Number.NaN) / 2;
    };
    const [browserAt, serverAt] = [await centre('browser'), await centre('server')];
    const arrow = await story.locator('.message').last().boundingBox();
    expect(Math.abs((arrow?.x ?? Number.NaN) - browserAt)).toBeLessThan(2);
    expect(Math.abs((arrow?.x ?? 0) + (arrow?.width ?? 0) - serverAt)).toBeLessThan(2);
  });

  test.each([
    { width: 390, theme: 'light' },
    { width: 390, theme: 'dark' },
    { width: 1440, theme: 'light' },
    { width: 1440, theme: 'dark' },
  ] as const)('$width pixels, $theme: nothing sticks out, and nobody is shut out', async (screen) => {
    const { page } = await opened(screen);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(screen.width);
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(where: string): Promise<{ violations: { id: string; impact: string }[] }> };
      };
      return (await axe.run('.story')).violations.map(({ id, impact }) => `${id}: ${impact}`);
    });
    expect(violations).toEqual([]);
  });
});

describe.skipIf(isMissing)('what was seen on the way through a network', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  const report = {
    ...summarise(sample.everyFigure()),
    stories: [{ workload: 'page-visit', params: {}, about: 'Three hosts.', steps: sample.STEPS }],
  };

  test.each([{ width: 390 }, { width: 1440 }])('$width pixels: each step, with its proof', async (screen) => {
    const watched = await openReport(browser, report, screen);
    const { page } = watched;
    await page.getByLabel('Workload', { exact: true }).selectOption('page-visit');
    const story = page.locator('figure.network');
    expect(await story.locator('.party').allTextContents()).toEqual(['client', 'router']);
    const parts = '.message, .deed, .cost > *';
    const steps = await story
      .locator('li')
      .evaluateAll(
        (items, selector) =>
          items.map((item) => [...item.querySelectorAll(selector)].map(({ textContent }) => textContent)),
        parts,
      );
    expect(steps).toEqual([
      ['client: which way?', 'route', '650 ns', 'Seen in: ip route get'],
      [
        'client to router: who has it?',
        'router to client: I have',
        'ARP',
        '12.0 µs',
        'Asked once.',
        'Seen in: packets',
      ],
    ]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(screen.width);
    expectQuiet(watched);
  });
});
