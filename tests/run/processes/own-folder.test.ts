/** Whose a folder is has to be proved before it is removed. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compiledUrl, load } from '../../compiled.ts';
import { workspace } from '../../workspace.ts';

const { makeOwnFolder, removeLeftovers } = await load<
  typeof import('../../../src/run/processes/own-folder.ts')
>('run/processes/own-folder.js');
const isLinux = process.platform === 'linux';
const OWNER = 'owner.json';
/** No process has it: it is above the most that a kernel gives (2^22). */
const NOBODY = 4_194_305;

const SCRIPT = (root: string) => `
  const { makeOwnFolder } = await import(${JSON.stringify(compiledUrl('run/processes/own-folder.js'))});
  console.log(makeOwnFolder(${JSON.stringify(root)}).path);
  setInterval(() => {}, 1000);`;

/**
 * Another process that has a folder of its own in `root`, until it is killed; `through` is what starts it.
 */
async function owner(
  root: string,
  through: readonly string[] = [],
): Promise<{ folder: string; kill(): Promise<void> }> {
  const [program = process.execPath, ...words] = [
    ...through,
    process.execPath,
    '--input-type=module',
    '--eval',
    SCRIPT(root),
  ];
  const child: ChildProcess = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { folder: line.toString().trim(), kill };
}

/** Changes what a folder says of its owner, in place: a lock on the file stays. */
function rewrite(folder: string, change: Record<string, unknown>): void {
  const file = path.join(folder, OWNER);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
}

/** A folder as a killed run leaves it, with something in it. */
async function leftover(root: string, change: Record<string, unknown> = {}): Promise<string> {
  const { folder, kill } = await owner(root);
  mkdirSync(path.join(folder, '1'));
  writeFileSync(path.join(folder, '1', 'data'), 'x');
  await kill();
  rewrite(folder, change);
  return folder;
}

describe('a folder of one’s own', () => {
  test('is another each time, and is gone with all that is in it', () => {
    const root = workspace();
    const [first, second] = [makeOwnFolder(root), makeOwnFolder(root)];
    expect(first.path).not.toBe(second.path);
    writeFileSync(path.join(first.path, 'file'), 'x');
    first.remove();
    first.remove();
    expect(existsSync(first.path)).toBe(false);
    second.remove();
    expect(readdirSync(root)).toEqual([]);
  });

  test('where none can be made, it says so', () => {
    expect(() => makeOwnFolder(path.join(workspace(), 'missing'))).toThrow(
      /no files can be made in .*missing: ENOENT/,
    );
  });

  test('is not a leftover while its process lives: neither this one nor another', async () => {
    const root = workspace();
    const own = makeOwnFolder(root);
    const other = await owner(root);
    removeLeftovers(root);
    expect([own.path, other.folder].map((folder) => existsSync(folder))).toEqual([true, true]);
    own.remove();
  });
});

describe.skipIf(!isLinux)('what a killed process left', () => {
  test('is removed', async () => {
    const root = workspace();
    await leftover(root);
    removeLeftovers(root);
    expect(readdirSync(root)).toEqual([]);
  });

  test('is removed if its process id belongs to another process by now', async () => {
    const root = workspace();
    await leftover(root, { pid: process.pid, isLocked: false });
    removeLeftovers(root);
    expect(readdirSync(root)).toEqual([]);
  });

  test.each<[what: string, change: Record<string, unknown>]>([
    [
      'another kernel: a boot before, or another machine that shares the folder',
      { bootId: '00000000-0000-4000-8000-000000000000' },
    ],
    ['a process of another namespace that held no lock', { pidNamespace: 'pid:[1]', isLocked: false }],
    ['a format that is not known', { format: 'iobench/data-folder/2' }],
    ['another folder', { folder: 'iobench-1-abcdef' }],
    ['no number', { pid: 'x' }],
    ['a whole group of processes', { pid: -1 }],
  ])('stays where its owner is %s', async (_what, change) => {
    const root = workspace();
    const folder = await leftover(root, change);
    removeLeftovers(root);
    expect(existsSync(path.join(folder, '1', 'data'))).toBe(true);
  });

  test('stays under another name, and as a copy', async () => {
    const root = workspace();
    const folder = await leftover(root);
    const [renamed, copy] = [
      path.join(root, 'iobench-2024-paper1'),
      path.join(root, `iobench-${NOBODY}-kept01`),
    ];
    cpSync(folder, copy, { recursive: true });
    renameSync(folder, renamed);
    removeLeftovers(root);
    expect(readdirSync(root).sort()).toEqual([path.basename(renamed), path.basename(copy)].sort());
    const elsewhere = workspace();
    cpSync(renamed, path.join(elsewhere, path.basename(folder)), { recursive: true });
    removeLeftovers(elsewhere);
    expect(readdirSync(elsewhere)).toEqual([path.basename(folder)]);
  });
});

describe('what is somebody’s', () => {
  test.each([
    'iobench-2024-paper',
    `iobench-${NOBODY}-abcdef`,
    'iobench-2024-papers',
    'iobench-1',
    'iobench-doctor-abcdef',
  ])('stays: %s', (name) => {
    const root = workspace();
    mkdirSync(path.join(root, name));
    writeFileSync(path.join(root, name, 'thesis.tex'), 'x');
    removeLeftovers(root);
    expect(readdirSync(path.join(root, name))).toEqual(['thesis.tex']);
  });

  test.each([
    ['empty', ''],
    ['no JSON', 'mine'],
    ['of a program of theirs', '{"pid":1}'],
  ])('stays, with a file in it that is called as ours and is %s', (_what, text) => {
    const root = workspace();
    const folder = path.join(root, `iobench-${NOBODY}-abcdef`);
    mkdirSync(folder);
    writeFileSync(path.join(folder, OWNER), text);
    removeLeftovers(root);
    expect(readdirSync(folder)).toEqual([OWNER]);
  });

  test.skipIf(!isLinux)(
    'is not reached through a link: neither a linked folder nor a linked proof',
    async () => {
      const [root, elsewhere] = [workspace(), workspace()];
      const folder = await leftover(elsewhere);
      // The link itself is called as its proof says.
      symlinkSync(folder, path.join(root, path.basename(folder)));
      removeLeftovers(root);
      expect(existsSync(path.join(folder, '1', 'data'))).toBe(true);
      const [name, linking] = [path.basename(folder), workspace()];
      mkdirSync(path.join(linking, name));
      symlinkSync(path.join(folder, OWNER), path.join(linking, name, OWNER));
      removeLeftovers(linking);
      expect(readdirSync(path.join(linking, name))).toEqual([OWNER]);
    },
  );

  test.skipIf(!isLinux)('a pipe in the place of the proof is not waited for', () => {
    const root = workspace();
    const folder = path.join(root, `iobench-${NOBODY}-abcdef`);
    mkdirSync(folder);
    execFileSync('mkfifo', [path.join(folder, OWNER)]);
    removeLeftovers(root);
    expect(readdirSync(folder)).toEqual([OWNER]);
  });

  test('a folder that cannot be listed is passed over', () => {
    expect(() => removeLeftovers(path.join(workspace(), 'missing'))).not.toThrow();
  });
});

describe.skipIf(!isLinux)('two containers with one folder', () => {
  test('of which one lives: its lock is proof, whatever its process ids mean here', async () => {
    const root = workspace();
    const { folder, kill } = await owner(root);
    const { pidNamespace } = JSON.parse(readFileSync(path.join(folder, OWNER), 'utf8')) as {
      pidNamespace: string;
    };
    rewrite(folder, { pidNamespace: 'pid:[1]', pid: NOBODY });
    removeLeftovers(root);
    expect(existsSync(folder)).toBe(true);
    // Even where the ids seem to prove the contrary.
    rewrite(folder, { pidNamespace });
    removeLeftovers(root);
    expect(existsSync(folder)).toBe(true);
    await kill();
    removeLeftovers(root);
    expect(existsSync(folder)).toBe(false);
  });

  test('in namespaces of their own: neither removes what the other one has, and the dead one’s is removed', async ({
    skip,
  }) => {
    try {
      execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'pipe' });
    } catch (error) {
      console.log(
        `skipped: a namespace cannot be made here: ${error instanceof Error ? error.message.trim() : error}`,
      );
      skip();
    }
    const root = workspace();
    const here = await owner(root);
    const inside = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;
    const there = await owner(root, inside);
    removeLeftovers(root);
    expect(existsSync(there.folder)).toBe(true);
    const cleaner = `(await import(${JSON.stringify(compiledUrl('run/processes/own-folder.js'))})).removeLeftovers(${JSON.stringify(root)})`;
    execFileSync(inside[0], [...inside.slice(1), process.execPath, '--input-type=module', '--eval', cleaner]);
    expect([here.folder, there.folder].map((folder) => existsSync(folder))).toEqual([true, true]);
    await there.kill();
    removeLeftovers(root);
    expect([here.folder, there.folder].map((folder) => existsSync(folder))).toEqual([true, false]);
  });
});
