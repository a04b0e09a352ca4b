import { expect, test } from 'vitest';
import { htmlPage } from '../../../src/report/formats/html.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import { load } from '../../compiled.ts';
import * as sample from '../sample.ts';

const PARTS = { script: 'document.title;', style: 'body {}' };
const HOSTILE = '</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>"\'&';

test('hostile names stay data', () => {
  const header = sample.headerOf([HOSTILE], { name: HOSTILE, command: HOSTILE });
  const document = summarise(
    sample.runOf(header, [
      sample.measured(
        sample.cellOf(HOSTILE, sample.closed(1), { workload: HOSTILE, params: { [HOSTILE]: HOSTILE } }),
        1,
      ),
    ]),
  );
  const page = htmlPage(document, PARTS);
  expect(page).not.toContain('<img');
  expect(page).not.toContain('<!--');
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
  const data = /<script type="application\/json" id="document">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  expect(JSON.parse(data)).toEqual(JSON.parse(JSON.stringify(document)));
});

test('the policy lets this script run and nothing be fetched', () => {
  const page = htmlPage(summarise(sample.oneModel()), PARTS);
  expect(page).toMatch(/default-src 'none'; script-src 'sha256-[\w+/]+=*';/);
});

test('the built page is whole, and asks nobody for anything', async () => {
  const { renderHtml } =
    await load<typeof import('../../../src/report/formats/html.ts')>('report/formats/html.js');
  const page = renderHtml(summarise(sample.fiveModels()));
  expect(page.match(/<script/g)?.length).toBe(page.match(/<\/script/g)?.length);
  expect(page).not.toMatch(/<(link|iframe|img)\b/);
  expect(page).not.toMatch(/\b(src|href)\s*=\s*["']?(https?:)?\/\//);
  expect(page).not.toMatch(/@import|url\(/);
});
