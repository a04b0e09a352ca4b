/** Who may import whom. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { models } from '../src/models/index.ts';
import { programs } from '../src/programs/index.ts';

const source = path.join(import.meta.dirname, '..', 'src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.replaceAll(path.sep, '/'));
const textOf = (file: string) => readFileSync(path.join(source, file), 'utf8');

/** The part of the program that a file belongs to: its folder in `src`, or its own name. */
const partOf = (file: string): string =>
  file.includes('/') ? (file.split('/')[0] as string) : path.basename(file, '.ts');

function importsOf(file: string): { from: string; typesOnly: boolean; isLazy: boolean }[] {
  const statements = textOf(file).matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?from\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g,
  );
  return [...statements].map(([, type, from, dynamic]) => ({
    from: (from ?? dynamic) as string,
    typesOnly: type !== undefined,
    isLazy: dynamic !== undefined,
  }));
}

const ours = (file: string) =>
  importsOf(file)
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from, typesOnly }) => ({ target: path.posix.join(path.posix.dirname(file), from), typesOnly }))
    .filter(({ target }) => partOf(target) !== partOf(file));

/**
 * What stands in quotes, comments left out; close enough for words that a regular expression seldom holds.
 */
function stringsOf(code: string): string[] {
  const tokens = code.matchAll(
    /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g,
  );
  return [...tokens].map(([token]) => token).filter((token) => !token.startsWith('/'));
}

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  stats: [],
  load: [],
  metrics: ['stats', 'reasons'],
  reasons: ['quantity'],
  result: ['metrics', 'reasons'],
  errors: [],
  operations: [],
  quantity: ['errors'],
  printable: [],
  limits: [],
  engines: ['operations', 'reasons'],
  protocols: ['operations', 'engines', 'errors'],
  workloads: ['operations', 'protocols', 'errors', 'quantity', 'limits', 'index'],
  models: ['engines', 'operations', 'workloads', 'reasons'],
  programs: ['operations', 'models', 'workloads', 'reasons'],
  report: ['result', 'reasons', 'metrics', 'stats', 'errors', 'quantity', 'printable'],
  run: [
    'engines',
    'operations',
    'protocols',
    'workloads',
    'models',
    'programs',
    'load',
    'stats',
    'metrics',
    'result',
    'reasons',
    'errors',
    'quantity',
    'limits',
  ],
  commands: [
    'run',
    'report',
    'result',
    'reasons',
    'models',
    'programs',
    'workloads',
    'engines',
    'operations',
    'load',
    'stats',
    'errors',
    'quantity',
    'printable',
  ],
  index: ['operations', 'result', 'workloads'],
  cli: ['errors', 'commands', 'printable', 'limits'],
};

test('every part has a rule', () => {
  expect([...new Set(files.map(partOf))].filter((part) => !(part in MAY_IMPORT))).toEqual([]);
});

describe.each(Object.keys(MAY_IMPORT))('%s', (part) => {
  test('imports what it may', () => {
    const broken = files
      .filter((file) => partOf(file) === part)
      .flatMap((file) => ours(file).map(({ target }) => ({ file, target })))
      .filter(({ target }) => !MAY_IMPORT[part]?.includes(partOf(target)));
    expect(broken).toEqual([]);
  });
});

test('the importer is read as it is written', () => {
  expect(importsOf('cli.ts').map(({ from }) => from)).toEqual(
    expect.arrayContaining(['commander', './errors.ts', './commands/run.ts']),
  );
  expect(importsOf('models/event-loop.ts').map(({ from }) => from)).toContain('../engines/readiness.ts');
});

test('models know of workloads only their types', () => {
  const values = files
    .filter((file) => partOf(file) === 'models')
    .flatMap((file) =>
      ours(file)
        .filter(({ target, typesOnly }) => partOf(target) === 'workloads' && !typesOnly)
        .map(({ target }) => `${file} -> ${target}`),
    )
    // A model's own parameters are made of the same kinds.
    .filter((edge) => !edge.endsWith('-> workloads/parameters.ts'));
  expect(values).toEqual([]);
});

test('the report knows no model by its name', () => {
  const names = [...models, ...programs].map(({ name }) => name).join('|');
  const named = new RegExp(`(?<![\\w-])(?:${names})(?![\\w-])`);
  expect(named.test("cell.model === 'epoll'")).toBe(true);
  const naming = files
    .filter((file) => partOf(file) === 'report')
    .filter((file) => stringsOf(textOf(file)).some((text) => named.test(text)));
  expect(naming).toEqual([]);
});

test('options are declared apart from what a command does: a start reads nothing else of it', () => {
  const declaring = files.filter((file) => file.startsWith('commands/options/'));
  const importing = declaring.flatMap((file) => importsOf(file).map(({ from }) => ({ file, from })));
  expect(importing.length).toBeGreaterThan(declaring.length);
  expect(importing.filter(({ from }) => from !== 'commander' && !/^\.\/[\w-]+\.ts$/.test(from))).toEqual([]);
  const eager = importsOf('cli.ts').filter(({ from, isLazy }) => from.includes('/commands/') && !isLazy);
  expect(eager.map(({ from }) => from)).toEqual(['./commands/as-typed.ts', './commands/options/index.ts']);
});

test('only engines/libc.ts knows koffi', () => {
  expect(files.filter((file) => /['"]koffi['"]/.test(textOf(file)))).toEqual(['engines/libc.ts']);
});

test('a thing lives with its owner: no file is called after what it is not', () => {
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|types|constants)\.ts$/.test(file))).toEqual(
    [],
  );
});

test('only the entry points end their process', () => {
  const ending = files.filter((file) => /process\.exit\(/.test(textOf(file)));
  expect(
    ending.filter(
      (file) => file !== 'cli.ts' && !file.endsWith('.main.ts') && file !== 'workloads/peers/peer.ts',
    ),
  ).toEqual([]);
});

test('whatever is printed goes through commands/terminal.ts, which cleans it; the command line cleans its errors itself', () => {
  const printing = files.filter((file) =>
    /\bstd(out|err)\.write|console\.(log|error|warn|info)|createLogUpdate/.test(textOf(file)),
  );
  expect(
    printing.filter(
      (file) => file !== 'commands/terminal.ts' && file !== 'cli.ts' && !file.endsWith('.main.ts'),
    ),
  ).toEqual([]);
});

test('models, workloads, statistics and reports never know the clock', () => {
  const reading = files.filter((file) => /performance\.now|hrtime|Date\.now/.test(textOf(file)));
  expect(
    reading.filter(
      (file) =>
        ['models', 'workloads', 'stats', 'report'].includes(partOf(file)) &&
        !file.startsWith('workloads/peers/'),
    ),
  ).toEqual([]);
});

test('a number and its noun are put together in one place', () => {
  // `count === 1 ? 'cell' : 'cells'`, `1 cell` and `${count} cells`, `cell${count === 1 ? '' : 's'}`.
  const byHand = /=== 1 \? ['`](?:1 )?(\w+)['`] : ['`](?:\$\{[^}]*\} )?\1e?s\b|=== 1 \? '' : 's'/;
  expect(files.filter((file) => file !== 'quantity.ts' && byHand.test(textOf(file)))).toEqual([]);
});

test('lines are no longer than 110 columns, but for texts, patterns and styles that cannot be broken', () => {
  const longLines = files
    .filter((file) => file !== 'report/formats/list-style.ts')
    .flatMap((file) =>
      textOf(file)
        .split('\n')
        .filter((line) => line.length > 110 && !/['"`]|https?:|sign: \//.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(longLines).toEqual([]);
});

test('no function is longer than 60 lines, but for the tables of operations of engines', () => {
  const long = files
    .filter((file) => partOf(file) !== 'engines')
    .flatMap((file) => functionsOf(textOf(file)).map(({ name, lines }) => ({ file, name, lines })))
    .filter(({ lines }) => lines > 60);
  expect(long).toEqual([]);
});

/** As the formatter indents them: a head, and the first line of the same indentation that closes it. */
function functionsOf(code: string): { name: string; lines: number }[] {
  const all = code.split('\n');
  return all.flatMap((line, from) => {
    const head =
      /^( *)(?:(?:export |default |static |private |async |get )*)(?:function\b\*? ?(\w+)|\*?(\w+)\((?!.*=>).*\) ?(?::.*)?\{$)/.exec(
        line,
      );
    const arrow = /^( *)(?:export )?const (\w+) = (?:async )?\((?:.*=> \{)?(?:\{)?$/.exec(line);
    const [, indent = '', named, method] = head ?? arrow ?? [];
    const name = named ?? method;
    if (name === undefined || ['if', 'for', 'while', 'switch', 'catch'].includes(name)) return [];
    const lines = all
      .slice(from + 1)
      .findIndex((other) => [`${indent}}`, `${indent}},`, `${indent}};`].includes(other));
    return lines === -1 ? [] : [{ name, lines: lines + 2 }];
  });
}

test('the length of a function is counted from its head to its end', () => {
  const code = ['export function a(', '  b: number,', '): void {', '  if (b) {', '  }', '}', 'x'];
  expect(functionsOf(code.join('\n'))).toEqual([{ name: 'a', lines: 6 }]);
  expect(functionsOf('const a = {\n  async *run(b) {\n    b();\n  },\n};')).toEqual([
    { name: 'run', lines: 3 },
  ]);
  expect(functionsOf('const f = (a: A): B => {\n  a();\n};')).toEqual([{ name: 'f', lines: 3 }]);
  expect(functionsOf('call((a) => {\n  b();\n});\nif (a) {\n}')).toEqual([]);
  expect(functionsOf('const a = {\n  *run(b) {\n    b();\n  },\n};')).toEqual([{ name: 'run', lines: 3 }]);
});
