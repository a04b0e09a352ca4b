/** What stands in the repository's pages: figures are those of the reference runs, links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { figureOf, filledIn, PAGES } from '../scripts/figures.ts';

const root = path.join(import.meta.dirname, '..');
const textOf = (page: string) => readFileSync(path.join(root, page), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'results/README.md',
  ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`),
];

describe.each(pages.filter((page) => page.endsWith('.md')))('%s', (page) => {
  test('its figures are those of the reference runs (npm run figures fills them in)', () => {
    if (!PAGES.includes(page)) return expect(filledIn(textOf(page))).toBe(textOf(page));
    expect(textOf(page)).toBe(filledIn(textOf(page)));
  });

  test('its links and pictures are there', () => {
    const targets = [...textOf(page).matchAll(/\]\(([^)#\s]+)/g)]
      .map(([, target]) => target as string)
      .filter((target) => !/^https?:/.test(target));
    const missing = targets.filter((target) => !existsSync(path.join(root, path.dirname(page), target)));
    expect(missing).toEqual([]);
  });
});

test('a figure that no run has is refused', () => {
  expect(() => figureOf('reference', 'http-get epoll c64 weight')).toThrow('there is no figure weight');
  expect(() => figureOf('reference', 'http-get epoll c63 throughput')).toThrow('has no http-get epoll c63');
  expect(() => figureOf('none', 'http-get epoll c64 throughput')).toThrow('there is no run results/none');
  expect(figureOf('reference', 'http-get epoll/epoll c64 throughput')).toBe('1.00 ×');
});

test('README is short', () => {
  expect(textOf('README.md').split('\n').length).toBeLessThan(150);
});
