/**
 * Result files that are wrong, in every way in which a result is read: a sentence, or the report; never a
 * hang, and nothing obeyed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CHART_KINDS } from '../../src/report/charts/families.ts';
import type { Attempt } from './attempt.ts';
import { pick } from './chance.ts';
import { MARKUP } from './json-leaves.ts';
import type { Kind } from './kind.ts';
import { pickMutation } from './mutations.ts';
import type { Place } from './place.ts';
import { viewAll } from './viewing.ts';

const RESULTS = path.join(import.meta.dirname, '..', '..', 'results');
const FORMATS = ['text', 'json', 'csv', 'markdown', 'html'] as const;
const WHOLE = '2026-01-01T00-00-00-000-whole';
const SPOILT = '2026-01-02T00-00-00-000-spoilt';
/** Runs to spoil, by lines. */
let runs: readonly (readonly string[])[] = [];

async function prepare(place: Place): Promise<void> {
  const words = [
    'run',
    'sleep',
    'tcp-echo',
    '-m',
    'epoll',
    'async-callback',
    '-c',
    '2',
    '-r',
    '200',
    '-t',
    '2',
    '-d',
    '50ms',
    '--warmup',
    '5ms',
  ];
  const ended = await place.start([...words, '-p', 'sleep.duration=1ms', '--no-charts', '-q']).ended(120_000);
  if (ended?.code !== 0)
    throw new Error(`a run that nobody disturbs ends with ${ended?.code}: ${ended?.stderr}`);
  const [newest = ''] = await readdir(place.results);
  const capacity = linesOf(path.join(RESULTS, 'reference-capacity'));
  const found = capacity.findIndex((line) => line.startsWith('{"kind":"capacity"'));
  runs = [
    linesOf(path.join(place.results, newest)),
    linesOf(path.join(RESULTS, 'reference-overload')),
    [...capacity.slice(0, 1), ...capacity.slice(found - 4, found + 1)],
  ];
}

const linesOf = (folder: string): string[] =>
  readFileSync(path.join(folder, 'run.jsonl'), 'utf8').trimEnd().split('\n');

async function perform(attempt: Attempt): Promise<void> {
  const { place, random } = attempt;
  const lines = pick(random, runs);
  const mutation = pickMutation(random);
  for (const id of [WHOLE, SPOILT]) {
    mkdirSync(path.join(place.results, id));
    // A run that has ended.
    writeFileSync(path.join(place.results, id, 'summary.md'), '');
  }
  writeFileSync(path.join(place.results, WHOLE, 'run.jsonl'), `${lines.join('\n')}\n`);
  const did = mutation.write(path.join(place.results, SPOILT, 'run.jsonl'), lines, random);
  attempt.about(`${mutation.name}${did === '' ? '' : ` (${did})`}`);
  const isReadable = await reports(attempt);
  await attempt.run([
    'compare',
    WHOLE,
    SPOILT,
    '-f',
    pick(random, ['text', 'json', 'markdown', 'junit', 'github']),
  ]);
  await viewAll(attempt, [WHOLE, SPOILT], isReadable);
  await attempt.leave();
}

/**
 * @returns whether it could be read at all; what cannot is refused before the format matters, and in the same
 * way for all.
 */
async function reports(attempt: Attempt): Promise<boolean> {
  for (const format of FORMATS) {
    const { code, stdout } = await attempt.run(['report', SPOILT, '-f', format]);
    if ((format === 'html' || format === 'markdown') && stdout.includes(MARKUP))
      attempt.fault('other', `${format}: markup from the result`);
    if (format === 'json' && code === 0) JSON.parse(stdout);
    if (code === 2 && format === 'text') return false;
  }
  const before = await filesIn(attempt.place);
  // A picture takes as long as all other formats together: one kind of chart a try.
  await attempt.run(['report', SPOILT, '-f', 'png', '--charts', pick(attempt.random, CHART_KINDS)]);
  const elsewhere = (await filesIn(attempt.place)).filter(
    (file) => !before.includes(file) && !file.includes(path.join(SPOILT, 'charts')),
  );
  for (const file of elsewhere)
    attempt.fault('other', `a picture was written outside of the run's folder: ${file}`);
  return true;
}

/** All that is in the campaign's own folder for this try, three levels above the one that is worked in. */
const filesIn = (place: Place): Promise<string[]> =>
  readdir(path.resolve(place.folder, '..', '..', '..'), { recursive: true });

export const resultFiles: Kind = {
  name: 'results',
  what: 'result files that are wrong',
  tries: 300,
  secondsPerTry: 5,
  limitSeconds: 30,
  prepare,
  perform,
};
