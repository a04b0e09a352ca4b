/** The user and the password in a URL reach the server that they are for, and no title, report or file. */
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Bench, type Ended } from './iobench.ts';

const SMALL = [
  '-c',
  '2',
  '-t',
  '1',
  '-d',
  '20s',
  '--requests',
  '20',
  '--warmup',
  '0',
  '-m',
  'async-promise',
  'thread-per-request',
];
const BASIC = `Basic ${Buffer.from('anna:geheim').toString('base64')}`;

/** A server that wants to know who asks. */
async function guarded(): Promise<{ port: number; accepted: () => number }> {
  let accepted = 0;
  const server = http.createServer((request, response) => {
    if (request.headers.authorization === BASIC) accepted++;
    response
      .writeHead(request.headers.authorization === BASIC ? 200 : 401, { 'content-length': 2 })
      .end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, accepted: () => accepted };
}

/** Every file of the run, with what was printed. */
function everything({ newest }: Bench, { stdout, stderr }: Ended): string {
  const files = readdirSync(newest, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const texts = files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'latin1'));
  expect(texts.length).toBeGreaterThan(1);
  return [stdout, stderr, ...texts].join('\n');
}
const SECRETS = /anna|geheim|YW5uYT/;

test('http-get asks with them, and every title, report and file names the URL without them', async () => {
  const bench = new Bench();
  const { port, accepted } = await guarded();
  const ended = await bench.run(
    'run',
    'http-get',
    '-p',
    `http-get.url=http://anna:geheim@127.0.0.1:${port}/page`,
    ...SMALL,
  );
  expect(ended.code, ended.stderr).toBe(0);
  expect(accepted()).toBeGreaterThan(0);
  const text = everything(bench, ended);
  expect(text).not.toMatch(SECRETS);
  expect(text).toContain(`http://***@127.0.0.1:${port}/page`);
});

test('a workload of one’s own: neither in its parameters, nor in what its requests say', async () => {
  const bench = new Bench();
  const { port } = await guarded();
  writeFileSync(
    path.join(bench.directory, 'mine.mjs'),
    `import { defineWorkload, text, z } from 'iobench';
    let requests = 0;
    export default defineWorkload({
      name: 'mine', summary: 'x', params: z.object({ url: text(''), other: text('') }),
      async request({ url }) { if (++requests % 2 === 0) await fetch(url); },
    });`,
  );
  const url = `http://anna:geheim@127.0.0.1:${port}/page`;
  const ended = await bench.run(
    'run',
    '-w',
    'mine.mjs',
    '-p',
    `mine.url=${url}`,
    `mine.other=db+ssl://anna:geheim@host/x`,
    ...SMALL,
  );
  expect(ended.code, ended.stderr).toBe(0);
  const text = everything(bench, ended);
  expect(text).toMatch(/credentials: http:\/\/\*\*\*@127/);
  expect(text).not.toMatch(SECRETS);
});

test.each([
  'http://anna:geheim@no-such-host.invalid/',
  'http://anna:ge/heim@127.0.0.1/',
  'https://anna:geheim@127.0.0.1/',
])('nor in the reason why it cannot be asked: %s', async (url) => {
  const bench = new Bench();
  const ended = await bench.run('run', 'http-get', '-p', `http-get.url=${url}`, ...SMALL);
  expect(ended.code).toBe(3);
  expect(everything(bench, ended)).not.toMatch(/anna|geheim|ge\/heim/);
});

test('a server that was named is not asked for what only our own can do: no title says so, and to set it is refused', async () => {
  const bench = new Bench();
  const { port } = await guarded();
  const url = `http-get.url=http://anna:geheim@127.0.0.1:${port}/`;
  const refused = await bench.run('run', 'http-get', '-p', url, 'http-get.delay=1ms', ...SMALL);
  expect({ code: refused.code, stderr: refused.stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^iobench: http-get\.delay has no effect/),
  });
  const ended = await bench.run('run', 'http-get', '-p', url, ...SMALL, '--no-charts');
  expect(ended.code, ended.stderr).toBe(0);
  expect(everything(bench, ended)).not.toMatch(/delay \d|responseSize \d|"delay":\d|"responseSize":\d/);
});
