/**
 * Workloads as people write them compile under --strict, and what is wrong in one is said by an error that a
 * person can read.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { compiled } from './compiled.ts';
import { workspace } from './workspace.ts';

const root = path.join(import.meta.dirname, '..');
const TSC = path.join(root, 'node_modules/typescript/bin/tsc');

const PROJECTS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  // All that may be switched on besides, and iobench's own declarations checked.
  'nodenext, with all checks': {
    module: 'nodenext',
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitReturns: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
  },
} as const;
const PROJECT_NAMES = Object.keys(PROJECTS) as (keyof typeof PROJECTS)[];

/** A folder in which iobench and the declarations of Node were installed. */
function project(name: keyof typeof PROJECTS): string {
  const folder = workspace();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(root, path.join(folder, 'node_modules', 'iobench'));
  symlinkSync(path.join(root, 'node_modules', '@types'), path.join(folder, 'node_modules', '@types'));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    types: ['node'],
    skipLibCheck: true,
    allowJs: true,
    checkJs: true,
  };
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, ...PROJECTS[name] } }),
  );
  return folder;
}

/** The lines that TypeScript prints about a project: none if there is nothing wrong. */
function complaints(folder: string): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [TSC, '-p', folder, '--pretty', 'false'],
      { cwd: folder },
      (_failed, stdout) => {
        resolve(stdout.split('\n').filter((line) => line !== ''));
      },
    );
  });
}

function iobench(folder: string, ...words: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [compiled('cli.js'), ...words], { cwd: folder }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

/** What `new` writes, in every form and both languages, and the example of README. */
async function examples(): Promise<string> {
  const folder = workspace();
  for (const form of ['operations', 'async', 'blocking', 'server']) {
    await iobench(folder, 'new', `my-${form}`, '--form', form);
    await iobench(folder, 'new', `my-js-${form}`, '--form', form, '--js');
  }
  const [, example = ''] =
    /```ts\n(import .*? from 'iobench';.*?)```/s.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ??
    [];
  expect(example).toContain('defineWorkload');
  writeFileSync(path.join(folder, 'readme.ts'), example);
  return folder;
}

test('workloads with a class, pg, ioredis, fetch, better-sqlite3 or nothing at all compile, and so do our examples', async () => {
  const ours = await examples();
  for (const name of PROJECT_NAMES) {
    const folder = project(name);
    for (const files of [ours, path.join(root, 'tests', 'written')])
      cpSync(files, folder, { recursive: true });
    expect({ name, complaints: await complaints(folder) }).toEqual({ name, complaints: [] });
  }
});

const HEAD =
  "import { connect, count, defineWorkload, receive, sleep, z } from 'iobench';\nimport { createConnection } from 'node:net';\n";
const wrong = (fields: string) =>
  `${HEAD}export default defineWorkload({ name: 'wrong', summary: 'x', ${fields} });\n`;

test.each<[problem: string, fields: string, said: RegExp[]]>([
  [
    "a misspelt method of the client's class",
    'async connect() { return createConnection(7); }, async request(socket) { socket.wriet(1); }',
    [/Property 'wriet' does not exist on type 'Socket'. Did you mean 'write'/],
  ],
  [
    'a field of the fixture that is not there',
    "async prepare() { return { port: 7 }; }, *connect({ prot }) { return yield* connect('127.0.0.1', prot); }, *request() {}",
    [/Property 'prot' does not exist on type '{ port: number; }'/],
  ],
  [
    'a parameter that is not there',
    'params: z.object({ clients: count(1) }), prepare({ params }) { return params.client; }, request() {}',
    [/Property 'client' does not exist on type '{ clients: number; }'. Did you mean 'clients'/],
  ],
  [
    'a step that is no operation',
    '*request() { yield 5; }',
    [/is not assignable/, /Type 'number' is not assignable to type 'Operation'/],
  ],
  [
    'an async generator',
    'async *request() { yield* sleep(1); }',
    [/AsyncGenerator.* is not assignable to type 'Promise<unknown> \| Steps'/],
  ],
  [
    'a misspelt field',
    'request() {}, desconnect() {}',
    [/'desconnect' does not exist in type .* Did you mean to write 'disconnect'/],
  ],
  ['no request', "uses: ['files']", [/Property 'request' is missing/]],
  [
    'something that it cannot use',
    "uses: ['pipes'], request() {}",
    [/Type '"pipes"' is not assignable to type 'Resource'/],
  ],
])('%s is said', async (_problem, fields, said) => {
  const folder = project('nodenext');
  writeFileSync(path.join(folder, 'wrong.ts'), wrong(fields));
  const lines = await complaints(folder);
  for (const pattern of said) expect(lines.join('\n')).toMatch(pattern);
  // One error, about the line that is wrong.
  expect(lines.filter((line) => /^\S.*error TS/.test(line)).map((line) => line.split('(')[0])).toEqual([
    'wrong.ts',
  ]);
});
