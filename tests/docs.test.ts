/** What stands in the repository's pages: figures are those of the reference runs, links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CONTRACT_PAGE, contractPage } from '../scripts/contract.ts';
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

describe('the results contract', () => {
  test('its page is what the schema gives (npm run contract writes it)', () => {
    expect(textOf(CONTRACT_PAGE)).toBe(contractPage());
  });

  test('each field has its type, its unit and its meaning', () => {
    const meaning = { id: 'thing', description: 'A thing.' };
    const thing = z
      .object({
        cpu: z.object({ userNs: z.number().describe('In the program.') }).describe('CPU time.'),
        seen: z
          .array(z.enum(['a|b', 'c']))
          .optional()
          .describe('What was seen.'),
        threadShare: z.number().nullable().describe('Of them.'),
      })
      .meta(meaning);
    expect(contractPage({ record: thing }).split('\n').slice(-5)).toEqual([
      '| `cpu` | object |  | CPU time. |',
      '| `cpu.userNs` | number | ns | In the program. |',
      '| `seen` | list of `a\\|b`, `c`, optional |  | What was seen. |',
      '| `threadShare` | number or null | share of 1 | Of them. |',
      '',
    ]);
  });

  test('a field without a meaning is an error', () => {
    const silent = z.object({ outer: z.object({ inner: z.number() }).describe('Some.') });
    const page = () => contractPage({ record: silent.meta({ id: 'silent', description: 'Silent.' }) });
    expect(page).toThrow('outer.inner has no description');
  });
});

test('README is short', () => {
  expect(textOf('README.md').split('\n').length).toBeLessThan(150);
});
