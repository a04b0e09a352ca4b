/**
 * Whatever a workload's file or a peer's module throws or exports: a sentence with its name, and no stack
 * trace.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Bench, expectRefusal } from './iobench.ts';

const REVOKED = 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke();';
const NO = "throw new Error('not today');";

test.each<[string, string, string]>([
  [
    'throws an object without a prototype',
    'throw Object.create(null);',
    'it threw an object without a message',
  ],
  [
    'throws what cannot be a text',
    `throw { toString() { ${NO} }, [Symbol.toPrimitive]() { ${NO} } };`,
    'it threw an object without a message',
  ],
  ['throws a revoked proxy', `${REVOKED} throw proxy;`, 'it threw an object without a message'],
  [
    'throws an error whose message is none',
    "throw Object.assign(new Error('x'), { message: Symbol('x') });",
    'Error',
  ],
  ['throws undefined', 'throw undefined;', 'it threw undefined'],
  ['exports a revoked proxy', `${REVOKED} export default proxy;`, 'revoked'],
  [
    'exports a proxy that throws',
    `export default new Proxy({}, { get() { ${NO} }, ownKeys() { ${NO} } });`,
    'not today',
  ],
  [
    'has a field that throws',
    `export default { name: 'mine', summary: 'x', get request() { ${NO} } };`,
    'not today',
  ],
  [
    'has a field that throws no error',
    "export default { name: 'mine', summary: 'x', get request() { throw Object.create(null); } };",
    'it threw an object',
  ],
  [
    'exports a promise that is rejected',
    'export default Promise.reject(Object.create(null));',
    'it threw an object without a message',
  ],
  [
    'imports a package that is not installed',
    "import x from 'not-installed'; export default x;",
    "Cannot find module 'not-installed'",
  ],
  ['has a syntax error', 'export default {{{', /Unexpected token, in .*mine\.ts:1:16/.source],
])('a file that %s', async (_what, text, said) => {
  const bench = new Bench();
  writeFileSync(path.join(bench.directory, 'mine.ts'), text);
  expectRefusal(
    await bench.run('run', './mine.ts'),
    new RegExp(`^iobench: ./mine.ts cannot be loaded: .*${said.replace(/[()]/g, '\\$&')}`),
  );
});

test('a folder is no workload file', async () => {
  const bench = new Bench();
  mkdirSync(path.join(bench.directory, 'mine.ts'));
  expectRefusal(await bench.run('run', './mine.ts'), './mine.ts is a folder, and not a workload file');
});

test('what a request sends to its parent is not taken for a result', async () => {
  const bench = new Bench();
  const sent = [
    null,
    { kind: 'ready', pid: 1 },
    { kind: 'ready', pid: 0 },
    { kind: 'measured', result: null },
    { kind: 'measured', result: {} },
    { kind: 'failed' },
    { kind: 'turned', phase: 'x' },
    { kind: 'constructor' },
  ];
  writeFileSync(
    path.join(bench.directory, 'mine.ts'),
    `import process from 'node:process';
    import { defineWorkload, sleep } from 'iobench';
    const sent = ${JSON.stringify(sent)};
    export default defineWorkload({ name: 'mine', summary: 'x',
      *request() { yield* sleep(5e6); for (const each of sent) process.send?.(each); } });`,
  );
  const words = [
    '-m',
    'sync-blocking',
    'async-promise',
    '-c',
    '1',
    '-t',
    '1',
    '-d',
    '50ms',
    '--warmup',
    '1ms',
    '--no-charts',
  ];
  const { code, stderr } = await bench.run('run', './mine.ts', ...words);
  expect(code, stderr).toBe(0);
});

test('errors that nobody catches are a reason, however many follow the first', async () => {
  const bench = new Bench();
  writeFileSync(
    path.join(bench.directory, 'mine.ts'),
    `import { defineWorkload } from 'iobench';
    export default defineWorkload({ name: 'mine', summary: 'x', async request() {
      for (let times = 0; times < 50; times++) setTimeout(() => { throw new Error('elsewhere'); }, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    } });`,
  );
  const words = ['-m', 'async-promise', '-c', '2', '-t', '1', '-d', '50ms', '--warmup', '1ms', '--no-charts'];
  const { code, stderr } = await bench.run('run', './mine.ts', ...words);
  expect(stderr).toContain('failed: Error: elsewhere');
  expect(stderr).not.toMatch(/\n\s+at .*:\d+|Node\.js v/);
  expect(code).toBe(3);
});

describe('a peer', () => {
  const SERVE = "import { servePeer } from 'iobench'; servePeer";
  const LISTENS = "{ host: '127.0.0.1', port: 1 }";

  async function reasonWith(peer: string): Promise<{ code: number | null; stderr: string }> {
    const bench = new Bench();
    writeFileSync(path.join(bench.directory, 'server.ts'), peer);
    writeFileSync(
      path.join(bench.directory, 'mine.ts'),
      `import { defineWorkload, sleep } from 'iobench';
      export default defineWorkload({ name: 'mine', summary: 'x',
        prepare: ({ startPeer }) => startPeer(new URL('./server.ts', import.meta.url)), *request() { yield* sleep(1e6); } });`,
    );
    const words = [
      '-m',
      'sync-blocking',
      '-c',
      '1',
      '-t',
      '1',
      '-d',
      '300ms',
      '--warmup',
      '1ms',
      '--time-limit',
      '20s',
      '--no-charts',
    ];
    const { code, stderr } = await bench.run('run', './mine.ts', ...words);
    expect(stderr).not.toMatch(/\n\s+at .*:\d+|Node\.js v/);
    return { code, stderr };
  }

  test.each([
    [
      'that throws while it loads',
      "throw new Error('my reason');",
      'the peer server cannot serve: it cannot be loaded: my reason',
    ],
    [
      'that throws no error',
      'throw Object.create(null);',
      'cannot be loaded: it threw an object without a message',
    ],
    [
      'that cannot be parsed',
      'export default {{{',
      /cannot be loaded: ParseError: Unexpected token, in .*server\.ts:1:16/,
    ],
    [
      'that throws before it listens',
      "setTimeout(() => { throw new Error('too early'); }, 20);",
      'the peer server cannot serve: too early',
    ],
    [
      'whose function throws',
      `${SERVE}(() => { throw Object.create(null); });`,
      'the peer server cannot serve: it threw an object without a message',
    ],
    [
      'that listens nowhere',
      `${SERVE}(async () => ({}));`,
      'the peer server does not report where it listens',
    ],
    [
      'that says so without servePeer',
      "process.send({ kind: 'listening' }); setInterval(() => {}, 1e3);",
      'the peer server does not report where it listens',
    ],
    [
      'that throws while it serves',
      `${SERVE}(async () => { setTimeout(() => { throw new Error('too late'); }, 500); return ${LISTENS}; });`,
      'its peer server ended (exit code 1): too late',
    ],
  ])('%s', async (_what, peer, said) => {
    const { code, stderr } = await reasonWith(peer);
    expect(stderr).toMatch(said);
    expect(code).toBe(3);
  });

  test('that sends what is not meant for us', async () => {
    const nonsense =
      "[null, 5, 'x', [], { kind: 'usage' }, { kind: 'usage', id: 1, cpuNs: 'x', wallNs: -1 }, { kind: 'constructor' }]";
    const { code, stderr } = await reasonWith(`${SERVE}(async () => {
      setInterval(() => { for (const each of ${nonsense}) process.send(each); }, 5);
      return ${LISTENS}; });`);
    expect(code, stderr).toBe(0);
  });
});

test.each(['constructor', 'toString', '__proto__'])('there is no peer %s', async (name) => {
  const bench = new Bench();
  writeFileSync(
    path.join(bench.directory, 'mine.ts'),
    `export default { name: 'mine', summary: 'x', prepare: ({ startPeer }) => startPeer('${name}'), request() {} };`,
  );
  const words = ['-m', 'sync-blocking', '-c', '1', '-t', '1', '-d', '20ms', '--warmup', '1ms', '--no-charts'];
  const { code, stderr } = await bench.run('run', './mine.ts', ...words);
  expect(stderr).toContain(`there is no peer "${name}": name echo or http`);
  expect(code).toBe(3);
});
