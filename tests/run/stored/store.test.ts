import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { syncBlocking } from '../../../src/models/sync-blocking.ts';
import { formatLine, type RunHeader, type TrialRecord } from '../../../src/result.ts';
import { findRun, listRuns } from '../../../src/run/stored/find-run.ts';
import { createRun, readRun, runId } from '../../../src/run/stored/store.ts';
import { headerOf } from '../../report/sample.ts';
import { workspace } from '../../workspace.ts';

const trial: TrialRecord = {
  kind: 'trial',
  trial: 1,
  status: 'failed',
  reason: 'no',
  cell: { model: 'epoll', workload: 'noop', params: {}, load: { kind: 'closed', concurrency: 1 } },
};
const header = (id: string): RunHeader => ({ ...headerOf(['epoll']), id });

function runs(...ids: string[]): string {
  const out = workspace();
  for (const id of ids) createRun(out, header(id)).close();
  return out;
}

describe('a run that is written', () => {
  test('can be read after every line, long before it is closed', () => {
    const out = workspace();
    const writer = createRun(out, header('a'));
    expect(readRun(writer.file).trials).toEqual([]);
    writer.append(trial);
    expect(readRun(writer.file).trials).toEqual([trial]);
    writer.append({ ...trial, trial: 2 });
    expect(readRun(writer.file).trials).toHaveLength(2);
    writer.close();
    expect(readFileSync(writer.file, 'utf8').split('\n')).toHaveLength(4);
  });

  test('never overwrites another', () => {
    const out = runs('a');
    expect(() => createRun(out, header('a'))).toThrow('cannot be written: EEXIST');
  });

  test('with a header that could not be read back is not begun', () => {
    const out = workspace();
    const { environment } = header('a');
    for (const wrong of [{ uvThreadpoolSize: -1 }, { uvThreadpoolSize: 2.5 }, { memoryBytes: Number.NaN }]) {
      const [key] = Object.keys(wrong);
      expect(() => createRun(out, { ...header('a'), environment: { ...environment, ...wrong } })).toThrow(
        expect.objectContaining({
          message: expect.stringContaining(`could not be read back: line 1, environment.${key}: `),
          exitCode: 3,
        }),
      );
    }
    expect(readdirSync(out)).toEqual([]);
  });

  test('takes no line that could not be read back', () => {
    const writer = createRun(workspace(), header('a'));
    writer.append(trial);
    expect(() => writer.append({ ...trial, trial: Number.NaN })).toThrow(
      'could not be read back: line 2, trial: ',
    );
    writer.append({ ...trial, trial: 2 });
    writer.close();
    expect(readRun(writer.file).trials).toEqual([trial, { ...trial, trial: 2 }]);
  });

  test('where a file is in the way, it says so', () => {
    const out = path.join(workspace(), 'results');
    writeFileSync(out, '');
    expect(() => createRun(out, header('a'))).toThrow(/cannot be written: (ENOTDIR|EEXIST)/);
  });
});

describe('findRun', () => {
  const folderOf = (out: string, named?: string) => findRun(out, named).folder;

  test('takes the newest if none is named; reference runs without a time are older than all', () => {
    const out = runs('2026-01-02T00-00-00-b', '2026-01-10T00-00-00-a', 'reference-x');
    expect(findRun(out)).toEqual({
      file: path.join(out, '2026-01-10T00-00-00-a', 'run.jsonl'),
      folder: path.join(out, '2026-01-10T00-00-00-a'),
    });
    expect(listRuns(out)).toEqual(['reference-x', '2026-01-02T00-00-00-b', '2026-01-10T00-00-00-a']);
  });

  test('finds by name, by the beginning of the time, by folder and by file', () => {
    const out = runs('2026-01-02T00-00-00-123-quick', '2026-01-03T00-00-00-mine');
    const quick = path.join(out, '2026-01-02T00-00-00-123-quick');
    for (const named of ['quick', '2026-01-02', path.basename(quick), quick])
      expect(folderOf(out, named)).toBe(quick);
    expect(findRun('nowhere', path.join(quick, 'run.jsonl'))).toEqual({
      file: path.join(quick, 'run.jsonl'),
      folder: quick,
    });
  });

  test('an exact name goes before a name that only ends so', () => {
    const out = runs('2026-01-02T00-00-00-fix', '2026-01-03T00-00-00-before-fix');
    expect(folderOf(out, 'fix')).toBe(path.join(out, '2026-01-02T00-00-00-fix'));
    expect(folderOf(out, 'before-fix')).toBe(path.join(out, '2026-01-03T00-00-00-before-fix'));
  });

  test('the end of a name is no name: it says which run may be meant', () => {
    const out = runs('2026-01-02T00-00-00-before-fix', '2026-01-03T00-00-00-other');
    expect(() => findRun(out, 'fix')).toThrow(`there is no run "fix" in ${out}`);
    expect(() => findRun(out, 'fix')).toThrow(
      expect.objectContaining({ hint: 'did you mean 2026-01-02T00-00-00-before-fix?' }),
    );
    expect(() => findRun(out, '')).toThrow('there is no run ""');
  });

  test('a whole folder’s name goes before the name of a run, and that before the beginning of a folder’s name', () => {
    const out = runs('fix', '2026-01-02T00-00-00-fix', 'fix-2', '2026-01-03T00-00-00-fix-2', 'other-1');
    expect(folderOf(out, 'fix')).toBe(path.join(out, 'fix'));
    expect(folderOf(out, 'other')).toBe(path.join(out, 'other-1'));
  });

  test('of several that may be meant it takes none, and lists them', () => {
    const out = runs('2026-01-02T00-00-00-quick', '2026-01-03T00-00-00-quick', '2026-01-03T11-00-00-mine');
    for (const named of ['quick', '2026-01-03'])
      expect(() => findRun(out, named)).toThrow(`"${named}" may be any of 2 runs`);
    const [first, second] = ['2026-01-02T00-00-00-quick', '2026-01-03T00-00-00-quick'].map((id) =>
      path.join(out, id),
    );
    expect(() => findRun(out, 'quick')).toThrow(
      expect.objectContaining({ hint: `name one of them: ${first}, ${second}` }),
    );
    const many = runs(...Array.from({ length: 12 }, (_, day) => `2026-01-${10 + day}T00-00-00-quick`));
    expect(() => findRun(many, 'quick')).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(
          /^name one of them: .*2026-01-17.*2026-01-21\S*, or one of 7 older ones$/,
        ),
      }),
    );
  });

  test('a file that was named is the file that is read, whatever it is called', () => {
    const out = runs('2026-01-02T00-00-00-fix');
    const folder = path.join(out, '2026-01-02T00-00-00-fix');
    const saved = path.join(folder, 'saved-fix.jsonl');
    writeFileSync(saved, formatLine(header('saved')) + formatLine(trial));
    expect(findRun(out, saved)).toEqual({ file: saved, folder: path.join(folder, 'saved-fix-report') });
    expect(readRun(findRun(out, saved).file).header.id).toBe('saved');
  });

  test('a path and a name that lead to one run are one', () => {
    const out = runs('2026-01-02T00-00-00-fix');
    const before = process.cwd();
    process.chdir(out);
    try {
      expect(findRun('.', '2026-01-02T00-00-00-fix').folder).toBe('2026-01-02T00-00-00-fix');
    } finally {
      process.chdir(before);
    }
  });

  test('passes over what has the name of a run and is none: a folder, a pipe', () => {
    const out = workspace();
    mkdirSync(path.join(out, 'folder', 'run.jsonl'), { recursive: true });
    mkdirSync(path.join(out, 'pipe'));
    if (process.platform !== 'win32') execFileSync('mkfifo', [path.join(out, 'pipe', 'run.jsonl')]);
    expect(listRuns(out)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('a pipe that is named is not waited for', () => {
    const out = workspace();
    mkdirSync(path.join(out, 'pipe'));
    execFileSync('mkfifo', [path.join(out, 'pipe', 'run.jsonl')]);
    expect(() => findRun(out, path.join(out, 'pipe'))).toThrow('run.jsonl is not a file');
    expect(() => findRun(out, '/dev/zero')).toThrow('/dev/zero is not a file');
  });

  test('says what is no folder', () => {
    const file = path.join(workspace(), 'file');
    writeFileSync(file, '');
    expect(() => findRun(file)).toThrow(/cannot be read: ENOTDIR/);
  });

  test('says that there are none, and how to get some', () => {
    const out = workspace();
    mkdirSync(path.join(out, 'not-a-run'));
    expect(() => findRun(out)).toThrow(`there are no results in ${out}`);
    expect(() => findRun(path.join(out, 'nowhere'))).toThrow('there are no results in');
    expect(() => findRun(runs('2026-01-02T00-00-00-quick'), 'slow')).toThrow('there is no run "slow"');
    expect(() => findRun(out, path.join(out, 'not-a-run'))).toThrow(
      `there is no run.jsonl in ${path.join(out, 'not-a-run')}`,
    );
  });
});

describe('readRun', () => {
  const spoiled = (spoil: (text: string) => string | Buffer): string => {
    const file = path.join(workspace(), 'run.jsonl');
    const text = formatLine(header('a')) + formatLine(trial) + formatLine({ ...trial, trial: 2 });
    writeFileSync(file, spoil(text));
    return file;
  };

  test.each<[what: string, spoil: (text: string) => string | Buffer, message: RegExp, hint: RegExp]>([
    [
      'of a newer schema',
      (text) => text.replace('iobench/1', 'iobench/9'),
      /schema "iobench\/9"/,
      /a newer iobench wrote it: npm install/,
    ],
    [
      'something else',
      () => '# iobench: quick\n',
      /first line is not a header of iobench results/,
      /name a run/,
    ],
    [
      'a picture',
      () => Buffer.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
      /first line is not a header/,
      /name a run/,
    ],
    [
      'cut off in its header',
      (text) => text.slice(0, 100),
      /line 1 is not JSON/,
      /damaged.*nothing of it can be read/,
    ],
    ['empty', () => '', /it is empty/, /name a run, its folder, or its run\.jsonl/],
    [
      'broken in a line',
      (text) => text.replace('"trial":1', '"trial":'),
      /line 2 is not JSON/,
      /damaged.*without line 2, the rest/,
    ],
    [
      'wrong in a byte',
      (text) =>
        Buffer.concat([
          Buffer.from(text.slice(0, text.indexOf('"no"') + 1)),
          Buffer.of(0xff),
          Buffer.from(text.slice(text.indexOf('"no"') + 1)),
        ]),
      /line 2 is not UTF-8 text/,
      /damaged.*without line 2, the rest/,
    ],
    [
      'edited',
      (text) => text.replace('"trial":2', '"trial":0'),
      /line 3, trial: /,
      /changed or damaged after it was written/,
    ],
    [
      'of a newer iobench with another kind of line',
      (text) => newer(text).replace('"kind":"trial"', '"kind":"phases"'),
      /line 2 is of no kind/,
      /iobench 99\.1\.0 wrote it, and this is \d+\.\d+\.\d+/,
    ],
    [
      'of a newer iobench with another header',
      (text) => newer(text).replace('"seed"', '"seeds"'),
      /line 1, seed/,
      /iobench 99\.1\.0 wrote it/,
    ],
  ])('a file that is %s: what is wrong, and the right cause', (_what, spoil, message, hint) => {
    const file = spoiled(spoil);
    expect(() => readRun(file)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
    );
    expect(() => readRun(file)).toThrow(`${file} cannot be read: `);
  });
  const newer = (text: string) => text.replace(/"iobench":"[^"]*"/, '"iobench":"99.1.0"');

  test('a last line that was cut within a letter is a line that was cut off', () => {
    const file = spoiled((text) => {
      const last = text.lastIndexOf('"no"');
      const bytes = Buffer.from(`${text.slice(0, last)}"nö${text.slice(last + 3)}`);
      return bytes.subarray(0, bytes.indexOf(0xc3) + 1);
    });
    expect(readRun(file)).toMatchObject({ trials: [trial], warnings: [expect.stringContaining('cut off')] });
  });

  test('of a run of an older version, what its models’ files say today of how they look is added; what it says itself stays', () => {
    const file = path.join(workspace(), 'run.jsonl');
    const { models: stored } = headerOf(['sync-blocking', 'of-old']);
    const older = stored.map(({ name, summary, family, definition, source }) => ({
      name,
      summary,
      family,
      definition,
      source,
    }));
    writeFileSync(file, formatLine({ ...header('a'), models: older }));
    const { style, drawing } = syncBlocking;
    expect(readRun(file).header.models).toEqual([
      { ...older[0], style, drawing, isBaseline: true },
      older[1],
    ]);
  });
});

test('an id sorts by time and can name a folder', () => {
  expect(runId(new Date('2026-01-31T12:30:05.123Z'), 'quick')).toMatch(/^2026-01-31T12-30-05.*-quick$/);
});
