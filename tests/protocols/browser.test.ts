import { expect, test } from 'vitest';
import { formAction, openBrowser, redirectOf } from '../../src/protocols/browser.ts';
import type { Http, HttpRequest, HttpResponse } from '../../src/protocols/http.ts';
import { resultOf } from './scripted-stream.ts';

const response = (more: Partial<HttpResponse>): HttpResponse => ({
  status: 200,
  headers: [],
  body: Buffer.alloc(0),
  keepsAlive: true,
  ...more,
});

/** A server that sets these headers, one list for each request. */
function serverOf(answers: (readonly (readonly [string, string])[])[]) {
  const asked: HttpRequest[] = [];
  const http: Http = {
    // biome-ignore lint/correctness/useYield: it is done without an operation
    *exchange(request) {
      asked.push(request);
      return response({ headers: answers.shift() ?? [] });
    },
    keepsAlive: true,
    *close() {},
  };
  return { http, asked };
}

test('cookies are kept, replaced, sent, and forgotten', () => {
  const { http, asked } = serverOf([
    [
      ['set-cookie', 'a=1; path=/; httponly'],
      ['set-cookie', 'b=x=y'],
      ['set-cookie', 'nonsense'],
    ],
    [
      ['set-cookie', 'a=2'],
      ['set-cookie', 'b=; path=/'],
      ['set-cookie', 'c=3; expires=Thu, 01 Jan 2099 00:00:00 GMT'],
    ],
    [
      ['set-cookie', 'a=gone; expires=Thu, 01 Jan 1970 00:00:00 GMT'],
      ['set-cookie', 'c=gone; Max-Age=0'],
    ],
  ]);
  const browser = openBrowser(http, new Map());
  for (const path of ['/1', '/2', '/3']) resultOf(browser.get(path));
  resultOf(browser.post('/4', { user: 'ada', password: 'a&b' }));
  expect(asked.map(({ headers }) => headers?.cookie)).toEqual([
    undefined,
    'a=1; b=x=y',
    'a=2; c=3',
    undefined,
  ]);
  expect(asked[3]).toMatchObject({ method: 'POST', body: 'user=ada&password=a%26b' });
});

test('a redirect leads to a whole address, and only a redirect does', () => {
  const to = (location: string, status = 303) =>
    redirectOf(response({ status, headers: [['location', location]] }), 'http://here:80');
  expect(to('/next?a=b')).toBe('http://here/next?a=b');
  expect(to('https://there/x#y')).toBe('https://there/x#y');
  expect(to('/next', 201)).toBeUndefined();
  expect(redirectOf(response({ status: 302 }), 'http://here')).toBeUndefined();
});

test('the form of a page, and a page without one', () => {
  const page = (text: string) => response({ body: Buffer.from(text) });
  expect(formAction(page('<p><form method="post" action="/a?b=c&amp;d=e"><input>'))).toBe('/a?b=c&d=e');
  expect(() => formAction(page('<p>no'))).toThrow(expect.objectContaining({ code: 'EFORM' }));
});
