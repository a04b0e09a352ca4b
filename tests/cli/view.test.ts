/** The report, served on this machine only. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Bench, TINY } from './iobench.ts';

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

function get(port: number, host: string, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], body }),
      );
    });
    request.on('error', reject);
  });
}

async function viewing(...words: string[]) {
  const bench = new Bench();
  expect((await bench.run(...TINY)).code).toBe(0);
  const view = bench.start(['view', '--no-open', ...words]);
  const [, port] = await view.said(/http:\/\/127\.0\.0\.1:(\d+)\//);
  return { view, port: Number(port) };
}

describe('view', () => {
  test('serves the page to this machine by its own name only, and nothing else', async () => {
    const { view, port } = await viewing('--port', '0');
    const page = await get(port, `127.0.0.1:${port}`);
    expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    expect(page.body).toMatch(/^<!doctype html>/i);
    expect((await get(port, 'localhost')).status).toBe(200);
    for (const host of ['evil.example', `127.0.0.1.evil.example:${port}`, 'localhost.evil.example']) {
      expect((await get(port, host)).status).toBe(403);
    }
    for (const path of ['/run.jsonl', '/../package.json', '/%2e%2e/etc/passwd'])
      expect((await get(port, '127.0.0.1', path)).status).toBe(404);
    view.child.kill('SIGINT');
    expect(await view.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('moves on to the next port if one is in use', async () => {
    const taken = http.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const first = (taken.address() as AddressInfo).port;
    const { view, port } = await viewing('--port', String(first));
    expect(port).toBeGreaterThan(first);
    expect(port).toBeLessThan(first + 20);
    expect((await get(port, 'localhost')).status).toBe(200);
    view.child.kill('SIGTERM');
    await view.ended;
  });
});
