/** Workloads that are broken: a sentence, or a failed cell with its reason; and always an end. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TrialRecord } from '../../src/result.ts';
import { checkRun } from './account.ts';
import type { Attempt } from './attempt.ts';
import { MODELS } from './blows.ts';
import { brokenInLoading } from './broken-loading.ts';
import { brokenInPreparing } from './broken-preparing.ts';
import { brokenInRequesting } from './broken-requesting.ts';
import type { BrokenWorkload } from './broken-workload.ts';
import { pickSome } from './chance.ts';
import type { Kind } from './kind.ts';
import { markedProcesses, signal } from './processes.ts';

const broken: readonly BrokenWorkload[] = [...brokenInLoading, ...brokenInPreparing, ...brokenInRequesting];
const MODELS_OF = {
  async: ['sync-blocking', 'async-promise', 'thread-per-request'],
  blocking: ['sync-blocking', 'thread-per-request'],
} as const;
const INTERRUPTED_AFTER_MS = 6_000;

async function perform(attempt: Attempt): Promise<void> {
  const { place, random } = attempt;
  const {
    name,
    text,
    beside,
    form,
    isEndless = false,
    leavesChild = false,
    least,
  } = broken[attempt.number - 1] as BrokenWorkload;
  const models = form ? MODELS_OF[form] : least ? MODELS : pickSome(random, MODELS, 2);
  attempt.about(`${name}, ${models.join(' ')}`);
  writeFileSync(path.join(place.folder, `${name}.ts`), text);
  if (beside) writeFileSync(path.join(place.folder, beside.name), beside.text);
  // A starved one needs time to be seen; what hangs is given up soon.
  const [clients, window, limit] = least ? [least.clients, '300ms', '30s'] : [2, '50ms', '4s'];
  const words = [
    'run',
    '-w',
    `${name}.ts`,
    '-m',
    ...models,
    '-c',
    String(clients),
    '-t',
    '1',
    '-d',
    window,
    '--warmup',
    '5ms',
  ];
  const running = place.start([
    ...words,
    '--threads',
    '2',
    '--time-limit',
    limit,
    '--data',
    'data',
    '--no-charts',
    '--json',
  ]);
  if (isEndless) {
    await running.for(INTERRUPTED_AFTER_MS);
    running.child.kill('SIGINT');
  }
  // Before anybody waits for the signal, it ends the process.
  const ended = await attempt.end(running, isEndless ? { signals: ['SIGINT'] } : {});
  const stored = checkRun(attempt, ended, models.length);
  if (least) checkLeast(attempt, stored, least.completed);
  if (ended.code === 2 && !ended.stderr.includes(name))
    attempt.fault('other', `the file is not named: ${ended.stderr.slice(0, 200)}`);
  // It stands for a comparison or a threshold that was not kept, and there is none.
  if (ended.code === 1) attempt.fault('other', `exit code 1: ${ended.stderr.slice(-200)}`);
  if (leavesChild)
    for (const { pid, command } of markedProcesses(place.mark))
      if (command === 'sleep 25') signal(pid, 'SIGKILL');
  await attempt.leave();
}

function checkLeast(attempt: Attempt, stored: readonly TrialRecord[], least: number): void {
  for (const trial of stored) {
    if (trial.status === 'unsupported') continue;
    const completed = trial.status === 'measured' ? trial.completed : 0;
    if (completed < least)
      attempt.fault(
        'other',
        `starved by those that end at once: under ${trial.cell.model} ${completed} requests that wait completed`,
      );
  }
}

export const workloadFiles: Kind = {
  name: 'workloads',
  what: 'workload files that are broken',
  tries: broken.length,
  secondsPerTry: 3.5,
  limitSeconds: 40,
  perform,
};
