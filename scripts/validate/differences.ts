/** What `compare` says of trials that differ, and of trials that do not. */
import { randomFrom, shuffled } from '../../dist/load/random.js';
import { compareTrials } from '../../dist/stats/compare-trials.js';
import { measuredCells, run } from './iobench.ts';
import type { Check } from './main.ts';

const TRIALS = 5;
const COMPARISONS = 20;
const SELF_COMPARISONS = 100;
const DRAWN_FROM = 60;

/** The trials of each cell, by throughput. */
function trialsOf(...words: string[]): (readonly number[])[] {
  return measuredCells(run(...words, '-m', 'sync-blocking', '-c', '1')).map(
    ({ trialThroughputPerSecond }) => trialThroughputPerSecond,
  );
}

/**
 * A cell that is all CPU, and so has all of this machine's noise, beside itself: five of its trials against
 * five others, drawn anew each time.
 */
export function falseAlarms(): Check[] {
  const [trials = []] = trialsOf('noop', '-t', `${DRAWN_FROM}`);
  const random = randomFrom(1);
  const alarms = Array.from({ length: SELF_COMPARISONS }, () => {
    const drawn = shuffled(trials, random);
    return compareTrials({
      base: drawn.slice(0, TRIALS),
      next: drawn.slice(TRIALS, 2 * TRIALS),
      better: 'more',
    }).verdict;
  }).filter((verdict) => verdict === 'faster' || verdict === 'slower').length;
  return [
    {
      what: `noop compared with itself, ${SELF_COMPARISONS} times 5 trials against 5 others: false alarms at the 5 % level`,
      bar: 'at most 8',
      found: `${alarms}`,
      isMet: alarms <= 8,
    },
  ];
}

/**
 * A wait, so that it is the comparison that is looked at and not how quiet the machine is: trials of both
 * sides are interleaved.
 */
export function slowdowns(): Check[] {
  const [base = [], slower = []] = trialsOf(
    'sleep',
    '-p',
    'sleep.duration=2ms,2200us',
    '-t',
    `${TRIALS * COMPARISONS}`,
  );
  const found = Array.from({ length: COMPARISONS }, (_, index) => {
    const part = (all: readonly number[]) => all.slice(index * TRIALS, (index + 1) * TRIALS);
    return compareTrials({ base: part(base), next: part(slower), better: 'more' }).verdict;
  }).filter((verdict) => verdict === 'slower').length;
  return [
    {
      what: `sleep made longer by a tenth, ${COMPARISONS} times 5 trials against 5: found`,
      bar: 'at least 19',
      found: `${found}`,
      isMet: found >= 19,
    },
  ];
}
