/// <reference lib="dom" />
/** A real browser, and pages that are watched: what they complain of, and whom they ask. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { RunDocument } from '../../src/result.ts';
import { load } from '../compiled.ts';
import { workspace } from '../workspace.ts';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const isMissing = !existsSync(CHROMIUM);
if (isMissing)
  console.warn(`skipped: there is no browser at ${CHROMIUM}; install Chromium, or name it in CHROMIUM`);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Screen {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
}
export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, but for the page's own. */
  readonly requests: readonly string[];
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** Opens an address; the page is closed after the test. */
export async function visit(
  browser: Browser,
  address: string,
  { width = 1440, theme = 'light' }: Screen = {},
): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: theme });
  page.setDefaultTimeout(5000);
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on(
    'console',
    (message) => void (['error', 'warning'].includes(message.type()) && complaints.push(message.text())),
  );
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on(
    'request',
    (request) =>
      void (request.url() !== address && !request.url().startsWith('blob:') && requests.push(request.url())),
  );
  await page.goto(address);
  return { page, complaints, requests };
}

/** Opens a report as the file that it is. */
export async function openReport(browser: Browser, document: RunDocument, screen?: Screen): Promise<Watched> {
  const { renderHtml } =
    await load<typeof import('../../src/report/formats/html.ts')>('report/formats/html.js');
  const file = path.join(workspace(), 'report.html');
  writeFileSync(file, renderHtml(document));
  const watched = await visit(browser, pathToFileURL(file).href, screen);
  await watched.page.locator('#chosen h2').waitFor();
  return watched;
}

/**
 * What a chart looks like, as a text that changes with it. One that waits to be drawn until it is near is
 * scrolled to.
 */
export async function pictureOf(page: Page, kind: string): Promise<string> {
  const canvas = page.locator(`figure[data-kind="${kind}"] canvas`).first();
  if (!(await isPainted(canvas))) await canvas.scrollIntoViewIfNeeded();
  await expect.poll(() => isPainted(canvas)).toBe(true);
  return canvas.evaluate((drawn) => (drawn as HTMLCanvasElement).toDataURL());
}

/** Whether anything was drawn on it. */
export function isPainted(canvas: Locator): Promise<boolean> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const blank = Object.assign(document.createElement('canvas'), { width, height });
    return (element as HTMLCanvasElement).toDataURL() !== blank.toDataURL();
  });
}

export function expectQuiet({ complaints, requests }: Watched): void {
  expect(complaints).toEqual([]);
  expect(requests).toEqual([]);
}
