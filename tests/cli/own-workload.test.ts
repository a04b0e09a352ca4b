/** From `new` to numbers, for each form, in TypeScript and in JavaScript. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { documentSchema } from '../../src/result.ts';
import { compiled } from '../compiled.ts';
import { workspace } from '../workspace.ts';
import { Bench, expectRefusal } from './iobench.ts';

const SMALL = ['-c', '2', '-t', '1', '-d', '40ms', '--warmup', '5ms', '--no-charts', '--json'];
const RUNNERS: Record<string, readonly string[]> = {
  async: ['sync-blocking', 'thread-per-request', 'async-promise'],
  blocking: ['sync-blocking', 'thread-per-request'],
};

const EVERYWHERE = ['sync-blocking', 'thread-per-request', 'async-callback', 'async-promise', 'event-loop'];
/** One that loads the file in threads, and one that does not: that is all that a language could change. */
const IN_JAVASCRIPT = ['thread-per-request', 'async-promise'];
/** Each trial of a server takes two processes: tests/conformance.test.ts has every model. */
const ASKED: Record<string, readonly string[]> = { server: ['-m', ...EVERYWHERE] };

describe.each(['operations', 'async', 'blocking', 'server'])(
  'the file that new writes in the form %s',
  (form) => {
    /** Runs it, and returns the models under which it was measured. */
    async function modelsOf(file: string, words: readonly string[], models: readonly string[]) {
      const bench = new Bench();
      const made = await bench.run('new', ...words, '--form', form);
      expect(made.code).toBe(0);
      expect(made.stdout).toContain(`iobench run ./${file}`);
      const { code, stdout, stderr } = await bench.run('run', `./${file}`, ...models, ...SMALL);
      expect(code, stderr).toBe(0);
      const { cells } = documentSchema.parse(JSON.parse(stdout));
      const side = form === 'server' ? { generator: expect.stringMatching(/^(epoll|async-callback)$/) } : {};
      for (const cell of cells) {
        if (cell.status === 'measured')
          expect(cell).toMatchObject({ workload: 'orders-api', failed: 0, ...side });
        else expect(cell).toMatchObject({ status: 'unsupported', reason: expect.stringMatching(/\w+ \w+/) });
      }
      expect(bench.leftovers).toEqual([]);
      return cells.filter(({ status }) => status === 'measured').map(({ model }) => model);
    }

    test('runs as it is, in TypeScript', async () => {
      const measured = await modelsOf('orders-api.ts', ['orders-api'], ASKED[form] ?? []);
      const runners = RUNNERS[form];
      if (runners) expect(measured.sort()).toEqual([...runners].sort());
      else expect(measured).toEqual(expect.arrayContaining(EVERYWHERE));
    });

    test('runs as it is, in JavaScript', async () => {
      const measured = await modelsOf('orders-api.mjs', ['orders-api', '--js'], ['-m', ...IN_JAVASCRIPT]);
      const runners = RUNNERS[form] ?? EVERYWHERE;
      expect(measured).toEqual(IN_JAVASCRIPT.filter((model) => runners.includes(model)));
    });
  },
);

test('new does not overwrite, and says which names and forms there are', async () => {
  const bench = new Bench();
  await bench.run('new', 'mine');
  const before = readFileSync(path.join(bench.directory, 'mine.ts'), 'utf8');
  expectRefusal(await bench.run('new', 'mine'), 'mine.ts exists already');
  expect(readFileSync(path.join(bench.directory, 'mine.ts'), 'utf8')).toBe(before);
  expectRefusal(await bench.run('new', 'Not A Name'), 'cannot name a workload', 'orders-api');
  expectRefusal(
    await bench.run('new', 'other', '--form', 'asink'),
    'there is no form "asink"',
    'did you mean async',
  );
});

test('its parameters are set like ours', async () => {
  const bench = new Bench();
  await bench.run('new', 'mine', '--form', 'blocking');
  const { code, stdout } = await bench.run(
    'run',
    '-w',
    'mine.ts',
    '-m',
    'sync-blocking',
    '-p',
    'mine.size=1KiB',
    ...SMALL,
  );
  expect(code).toBe(0);
  expect(documentSchema.parse(JSON.parse(stdout)).cells).toMatchObject([{ params: { size: 1024 } }]);
});

describe('a workload that is named by its file', () => {
  const LEAST = [
    '-m',
    'sync-blocking',
    '-c',
    '1',
    '-t',
    '1',
    '-d',
    '20ms',
    '--warmup',
    '1ms',
    '--no-charts',
    '--json',
  ];
  async function written(...names: string[]): Promise<Bench> {
    const bench = new Bench();
    for (const name of names) await bench.run('new', name, '--form', 'blocking');
    return bench;
  }
  const workloadsOf = ({ stdout }: { stdout: string }) =>
    documentSchema.parse(JSON.parse(stdout)).cells.map(({ workload }) => workload);

  test('runs, alone or beside others, and with parameters', async () => {
    const bench = await written('mine', 'yours');
    const alone = await bench.run('run', './mine.ts', ...LEAST, '-p', 'mine.size=1KiB');
    expect({ ...alone, stdout: '' }).toMatchObject({ code: 0 });
    expect(workloadsOf(alone)).toEqual(['mine']);
    expect(bench.newest).toMatch(/-mine$/);
    // Without a slash, by the whole path, and twice: it is one file.
    const whole = path.join(bench.directory, 'yours.ts');
    expect(
      workloadsOf(await bench.run('run', 'noop', 'mine.ts', whole, 'yours.ts', '-w', 'yours.ts', ...LEAST)),
    ).toEqual(['noop', 'mine', 'yours']);
    // A file of --workload-file is known, and runs where it is named.
    expect(workloadsOf(await bench.run('run', 'mine.ts', '-w', 'yours.ts', ...LEAST))).toEqual(['mine']);
  }, 150_000);

  test('is searched for its capacity', async () => {
    const bench = new Bench();
    const fails = "request() { throw Object.assign(new Error('away'), { code: 'EAWAY' }); }";
    writeFileSync(
      path.join(bench.directory, 'mine.ts'),
      `export default { name: 'mine', summary: 'x', ${fails} };`,
    );
    const words = [
      '--slo',
      'p50<1s',
      '-m',
      'sync-blocking',
      '-d',
      '20ms',
      '--warmup',
      '1ms',
      '--no-charts',
      '--json',
    ];
    const { stdout, code } = await bench.run('capacity', './mine.ts', ...words);
    expect(documentSchema.parse(JSON.parse(stdout)).capacities).toMatchObject([
      { cell: { workload: 'mine' }, reason: expect.stringContaining('EAWAY') },
    ]);
    expect(code).toBe(3);
  });

  test('and is not there is said; one that is named less its ending, too', async () => {
    const bench = await written('mine');
    expectRefusal(await bench.run('run', './mien.ts'), 'there is no workload file ./mien.ts');
    expectRefusal(await bench.run('run', 'mine'), 'there is no workload "mine"', './mine.ts');
    expectRefusal(
      await bench.run('capacity', 'mine', '--slo', 'p99<1s'),
      'there is no workload "mine"',
      './mine.ts',
    );
    expectRefusal(await bench.run('run', 'mien'), 'there is no workload "mien"');
  });
});

describe('the command that new prints can be typed', () => {
  /** A folder that a package manager would have made: the package, and a link to its program. */
  function installed(folder: string, program: string): string {
    mkdirSync(path.dirname(program), { recursive: true });
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
    symlinkSync(path.join(import.meta.dirname, '..', '..'), path.join(folder, 'node_modules', 'iobench'));
    symlinkSync(path.join(folder, 'node_modules', 'iobench', 'dist', 'cli.js'), program);
    chmodSync(compiled('cli.js'), 0o755);
    return program;
  }

  /** What a shell prints for a command, with a path that has Node, npm and these folders. */
  const shell = (directory: string, command: string, folders: readonly string[] = []): Promise<string> =>
    new Promise((resolve, reject) => {
      const PATH = [...folders, path.dirname(process.execPath), '/usr/bin', '/bin'].join(':');
      const env = {
        ...process.env,
        PATH,
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
        HOME: directory,
      };
      execFile('/bin/sh', ['-c', command], { cwd: directory, env }, (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout),
      );
    });
  const typed = (printed: string) => /run it: +(.*)/.exec(printed)?.[1] ?? expect.unreachable(printed);
  const LEAST = '-m sync-blocking -c 1 -t 1 -d 20ms --warmup 1ms --no-charts --json';

  test.skipIf(process.platform === 'win32')(
    'after an installation for one project',
    async () => {
      const project = workspace();
      const program = installed(project, path.join(project, 'node_modules', '.bin', 'iobench'));
      const command = typed(await shell(project, `${program} new mine --form blocking`));
      expect(command).toBe('npx iobench run ./mine.ts');
      expect(JSON.parse(await shell(project, `${command} ${LEAST}`))).toMatchObject({
        cells: [{ workload: 'mine' }],
      });
      // npx puts the program on the path of what it starts, and not on that of whoever types.
      expect(typed(await shell(project, 'npx iobench new other'))).toBe('npx iobench run ./other.ts');
      await expect(shell(project, 'npx iobench report -o nowhere')).rejects.toThrow(
        'measure some with: npx iobench run --preset quick',
      );
    },
    150_000,
  );

  test.skipIf(process.platform === 'win32')('after an installation for all', async () => {
    const prefix = workspace();
    const program = installed(path.join(prefix, 'lib'), path.join(prefix, 'bin', 'iobench'));
    const directory = workspace();
    const command = typed(
      await shell(directory, 'iobench new mine --form blocking', [path.dirname(program)]),
    );
    expect(command).toBe('iobench run ./mine.ts');
    expect(JSON.parse(await shell(directory, `${command} ${LEAST}`, [path.dirname(program)]))).toMatchObject({
      cells: [{ workload: 'mine' }],
    });
  });
});

test('a link to a file: what it imports, and the server that it starts, are beside the file and not beside the link', async () => {
  const bench = new Bench();
  const [home, elsewhere] = ['home', 'elsewhere'].map((name) => path.join(bench.directory, name)) as [
    string,
    string,
  ];
  mkdirSync(path.join(home, 'node_modules', 'answer'), { recursive: true });
  mkdirSync(elsewhere);
  writeFileSync(
    path.join(home, 'node_modules', 'answer', 'package.json'),
    '{ "name": "answer", "type": "module", "exports": "./index.js" }',
  );
  writeFileSync(path.join(home, 'node_modules', 'answer', 'index.js'), 'export const answer = 42;');
  writeFileSync(path.join(home, 'beside.mjs'), "export { answer } from 'answer';");
  writeFileSync(
    path.join(home, 'server.mjs'),
    `import net from 'node:net';
    import { servePeer } from 'iobench';
    import { answer } from './beside.mjs';
    servePeer(() => new Promise((resolve) => {
      const server = net.createServer().listen(0, '127.0.0.1', () => resolve({ host: '127.0.0.1', port: answer && server.address().port }));
    }));`,
  );
  writeFileSync(
    path.join(home, 'mine.mjs'),
    `import { close, connect, defineWorkload } from 'iobench';
    import { answer } from 'answer';
    export default defineWorkload({
      name: 'mine', summary: 'x', uses: ['sockets'],
      prepare: ({ startPeer }) => startPeer(new URL('./server.mjs', import.meta.url)),
      *request({ host, port }) { if (answer === 42) yield* close(yield* connect(host, port)); },
    });`,
  );
  symlinkSync(path.join(home, 'mine.mjs'), path.join(elsewhere, 'link.mjs'));
  const { code, stdout, stderr } = await bench.run(
    'run',
    '-w',
    'elsewhere/link.mjs',
    '-m',
    'async-callback',
    'thread-per-request',
    ...SMALL,
  );
  expect(code, stderr).toBe(0);
  expect(documentSchema.parse(JSON.parse(stdout)).cells).toMatchObject([
    { status: 'measured' },
    { status: 'measured' },
  ]);
});
