import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { listedRuns, servedRun } from '../../../src/commands/served-runs.ts';
import { formatLine } from '../../../src/result.ts';
import { findRun, listRuns } from '../../../src/run/stored/find-run.ts';
import { readFirstLine, runFileIn } from '../../../src/run/stored/run-file.ts';
import { readRun } from '../../../src/run/stored/store.ts';
import * as sample from '../../report/sample.ts';
import { workspace } from '../../workspace.ts';

const header = sample.headerOf(['epoll'], { id: 'reference', name: 'reference', trials: 40 });
const trials = Array.from({ length: 40 }, (_, index) => sample.measured(sample.cellOf('epoll'), index + 1));
const lines = [header, ...trials].map(formatLine).join('');

function compressed(bytes: Uint8Array = gzipSync(lines)): { out: string; file: string } {
  const out = workspace();
  mkdirSync(path.join(out, 'reference'));
  const file = path.join(out, 'reference', 'run.jsonl.gz');
  writeFileSync(file, bytes);
  return { out, file };
}

test('a run that was compressed is found, listed, served and read like any other', () => {
  const { out, file } = compressed();
  expect(listRuns(out)).toEqual(['reference']);
  for (const named of [undefined, 'reference', file, path.dirname(file)]) {
    expect(findRun(out, named)).toEqual({ file, folder: path.dirname(file) });
  }
  expect(readRun(file).trials).toEqual(trials);
  expect(readFirstLine(file)).toBe(JSON.stringify(header));
  const served = { root: out, named: undefined };
  expect(listedRuns(served)).toMatchObject([
    { id: 'reference', header: { name: 'reference' }, isGoingOn: false },
  ]);
  expect(servedRun(served, 'reference')?.read().cells).toHaveLength(1);
});

test('a folder that has both is the run that is written to', () => {
  const { file } = compressed();
  const plain = path.join(path.dirname(file), 'run.jsonl');
  writeFileSync(plain, formatLine(header));
  expect(runFileIn(path.dirname(file))).toBe(plain);
});

test('a compressed run that is damaged, or larger than anybody can want, is refused', () => {
  const whole = gzipSync(lines);
  expect(() => readRun(compressed(whole.subarray(0, whole.length - 40)).file)).toThrow(
    /run\.jsonl\.gz cannot be read: it is compressed, and damaged/,
  );
  const changed = Buffer.from(whole);
  changed[whole.length >> 1] = (changed[whole.length >> 1] as number) ^ 0xff;
  expect(() => readRun(compressed(changed).file)).toThrow(/it is compressed, and damaged/);
  const { file } = compressed(gzipSync(Buffer.alloc(0)));
  for (let piece = 0; piece < 9; piece++) appendFileSync(file, gzipSync(Buffer.alloc(1 << 26)));
  expect(() => readRun(file)).toThrow(/it is compressed, and would be more than 512 MiB/);
});
