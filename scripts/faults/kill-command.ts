/** Kills of the command line itself: what had landed is stored, and nothing stays behind. */
import { checkRun, storedTrials } from './account.ts';
import type { Attempt } from './attempt.ts';
import {
  type Blow,
  blowOf,
  type Disturbed,
  disturbedRun,
  spelledBlow,
  strike,
  undisturbedMs,
} from './blows.ts';
import { randomOf } from './chance.ts';
import type { Kind } from './kind.ts';
import type { Running } from './place.ts';
import { signal } from './processes.ts';

const NAMES = ['KILL', 'STOP', 'INT', 'TERM'] as const;
/** The last ones fall after the end. */
const SPREAD = 1.05;
let wholeMs = 0;

async function perform(attempt: Attempt): Promise<void> {
  const { place, random } = attempt;
  const blow = blowOf(random, NAMES[attempt.number % NAMES.length] ?? 'KILL');
  const moment = random();
  // As a terminal sends it: to all processes of the group.
  const isToGroup = blow.signal === 'SIGINT' && random() < 0.5;
  const run = disturbedRun(place, random, { charts: true });
  attempt.about(
    `${spelledBlow(blow)}${isToGroup ? ' to the group' : ''} at ${Math.round(100 * moment * SPREAD)} % of ${run.words.slice(0, 7).join(' ')} ...`,
  );
  const running = place.start(run.words);
  await running.for(moment * SPREAD * wholeMs);
  const pid = running.child.pid as number;
  if (isToGroup) signal(-pid, 'SIGINT');
  else await strike(pid, blow);
  await judge(attempt, running, run, blow);
}

async function judge(attempt: Attempt, running: Running, { cells }: Disturbed, blow: Blow): Promise<void> {
  const isKilled = blow.signal === 'SIGKILL';
  // A signal that comes before anybody waits for it ends the process, as it does to any other.
  const ended = await attempt.end(running, { signals: blow.signal === 'SIGSTOP' ? [] : [blow.signal] });
  const stored = checkRun(attempt, ended, cells);
  if (blow.signal === 'SIGSTOP' && ended.code !== 0)
    attempt.fault('other', `exit code ${ended.code} after it went on: ${ended.stderr.slice(-200)}`);
  await attempt.leave({ mayLeaveFiles: isKilled });
  if (storedTrials(attempt.place.results) !== undefined) await readBack(attempt, stored.length);
  if (!isKilled) return;
  // The next run with this folder for data removes what a kill has left there.
  await attempt.run([
    'run',
    'noop',
    '-m',
    'epoll',
    '-c',
    '1',
    '-t',
    '1',
    '-d',
    '20ms',
    '--warmup',
    '5ms',
    '--no-charts',
    '-q',
    '--data',
    'data',
    '-o',
    'later',
  ]);
  await attempt.leave();
}

/** What is stored can be read, whenever the writing ended. */
async function readBack(attempt: Attempt, stored: number): Promise<void> {
  const { code, stdout, stderr } = await attempt.run(['report', '-f', 'json']);
  // A header that was being written is no run yet.
  if (code === 2 && stored === 0) return;
  if (code !== 0)
    return attempt.fault('lost', `${stored} trials are stored, and report ends with ${code}: ${stderr}`);
  const { cells } = JSON.parse(stdout) as { cells: readonly unknown[] };
  if (cells.length !== stored)
    attempt.fault('lost', `${stored} trials are stored, ${cells.length} are reported`);
}

export const killCommand: Kind = {
  name: 'kill-command',
  what: 'kills of the command line',
  tries: 60,
  secondsPerTry: 5,
  limitSeconds: 60,
  async prepare(place) {
    wholeMs = await undisturbedMs(place, randomOf(1, 'undisturbed', 1), { charts: true });
  },
  perform,
};
