/**
 * Kills of the measured process, and of peers: a trial may fail, with its reason; the run goes on, and every
 * trial is in it.
 */
import { checkRun } from './account.ts';
import type { Attempt } from './attempt.ts';
import { blowOf, disturbedRun, spelledBlow, strikeOneOf, undisturbedMs } from './blows.ts';
import { randomOf } from './chance.ts';
import type { Kind } from './kind.ts';

const NAMES = ['KILL', 'STOP', 'INT', 'TERM', 'STOP for ever'] as const;
/** Whoever never goes on is given up after so long; nobody else should be, on a busy machine either. */
const GIVEN_UP_AFTER = '8s';
/** After that, only the end of the run is left. */
const SPREAD = 0.75;
const wholeMs = new Map<RegExp, number>();

async function perform(attempt: Attempt, victim: RegExp, withPeer: boolean): Promise<void> {
  const { place, random } = attempt;
  const blow = blowOf(random, NAMES[attempt.number % NAMES.length] ?? 'KILL');
  const moment = random();
  const isForEver = blow.signal === 'SIGSTOP' && !Number.isFinite(blow.forMs);
  const run = disturbedRun(place, random, { withPeer, ...(isForEver ? { timeLimit: GIVEN_UP_AFTER } : {}) });
  attempt.about(
    `${spelledBlow(blow)} at ${Math.round(100 * moment * SPREAD)} % of ${run.words.slice(0, withPeer ? 9 : 7).join(' ')} ...`,
  );
  const running = place.start(run.words);
  const isStruck = await strikeOneOf(
    attempt,
    running,
    victim,
    moment * SPREAD * (wholeMs.get(victim) ?? 0),
    blow,
  );
  if (!isStruck) attempt.notes.push('the moment came after the last process that could be struck');
  const ended = await attempt.end(running);
  const stored = checkRun(attempt, ended, run.cells);
  if (ended.code !== 0 && ended.code !== 3)
    attempt.fault('other', `exit code ${ended.code}: ${ended.stderr.slice(-200)}`);
  const failed = stored.flatMap((trial) => (trial.status === 'failed' ? [trial.reason] : []));
  // One process was struck. A peer serves the trials of its workload: what follows is prepared anew.
  if (failed.length > 1 && !isForEver)
    attempt.fault(
      'lost',
      `one process was struck, ${failed.length} trials have failed: ${failed.join('; ')}`,
    );
  if (failed.length > 0 && blow.signal === 'SIGSTOP' && !isForEver) {
    attempt.fault('lost', `it went on, and a trial has failed: ${failed.join('; ')}`);
  }
  await attempt.leave();
}

function killOf(name: string, what: string, victim: RegExp, withPeer: boolean): Kind {
  return {
    name,
    what,
    tries: 60,
    secondsPerTry: 3.3,
    limitSeconds: 60,
    async prepare(place) {
      wholeMs.set(victim, await undisturbedMs(place, randomOf(1, 'undisturbed', 1), { withPeer }));
    },
    perform: (attempt) => perform(attempt, victim, withPeer),
  };
}

export const killMeasured = killOf('kill-measured', 'kills of the measured process', /cell\.main\.js/, false);
export const killPeer = killOf('kill-peer', 'kills of peers', /(echo|http|server)\.main\.js/, true);
