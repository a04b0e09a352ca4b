import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import type { RunHeader, TrialRecord } from '../../src/result.ts';
import { createRun, findRun, listRuns, readRun, runId } from '../../src/run/store.ts';
import { headerOf } from '../report/sample.ts';
import { workspace } from '../workspace.ts';

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
    expect(readRun(writer.folder).trials).toEqual([]);
    writer.append(trial);
    expect(readRun(writer.folder).trials).toEqual([trial]);
    writer.append({ ...trial, trial: 2 });
    expect(readRun(writer.folder).trials).toHaveLength(2);
    writer.close();
    expect(readFileSync(path.join(writer.folder, 'run.jsonl'), 'utf8').split('\n')).toHaveLength(4);
  });

  test('never overwrites another', () => {
    const out = runs('a');
    expect(() => createRun(out, header('a'))).toThrow('cannot be written: EEXIST');
  });

  test('where a file is in the way, it says so', () => {
    const out = path.join(workspace(), 'results');
    writeFileSync(out, '');
    expect(() => createRun(out, header('a'))).toThrow(/cannot be written: (ENOTDIR|EEXIST)/);
  });
});

describe('findRun', () => {
  test('takes the newest if none is named; reference runs without a time are older than all', () => {
    const out = runs('2026-01-02T00-00-00-b', '2026-01-10T00-00-00-a', 'reference-x');
    expect(findRun(out)).toBe(path.join(out, '2026-01-10T00-00-00-a'));
    expect(listRuns(out)).toEqual(['reference-x', '2026-01-02T00-00-00-b', '2026-01-10T00-00-00-a']);
  });

  test('finds by name, by the beginning of the time, by folder and by file', () => {
    const out = runs('2026-01-02T00-00-00-quick', '2026-01-03T00-00-00-mine');
    const quick = path.join(out, '2026-01-02T00-00-00-quick');
    for (const named of ['quick', '2026-01-02', quick]) expect(findRun(out, named)).toBe(quick);
    expect(findRun('nowhere', path.join(quick, 'run.jsonl'))).toBe(quick);
  });

  test('of several with the name, the newest', () => {
    const out = runs('2026-01-02T00-00-00-quick', '2026-01-03T00-00-00-quick');
    expect(findRun(out, 'quick')).toBe(path.join(out, '2026-01-03T00-00-00-quick'));
  });

  test('passes over what has the name of a run and is none: a folder, a pipe', () => {
    const out = workspace();
    mkdirSync(path.join(out, 'folder', 'run.jsonl'), { recursive: true });
    mkdirSync(path.join(out, 'pipe'));
    if (process.platform !== 'win32') execFileSync('mkfifo', [path.join(out, 'pipe', 'run.jsonl')]);
    expect(listRuns(out)).toEqual([]);
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
  });
});

test('an id sorts by time and can name a folder', () => {
  expect(runId(new Date('2026-01-31T12:30:05.123Z'), 'quick')).toMatch(/^2026-01-31T12-30-05.*-quick$/);
});
