/** What `compare` says of trials that differ, and of trials that do not. */
import { randomFrom, shuffled } from '../../dist/load/random.js';
import { compareSection, compareTrials } from '../../dist/stats/compare-trials.js';
import { CELLS, mostFalse, NOISE_IN_WORDS, noiseOf, Section } from './decisions.ts';
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

const RUNS = 1000;
const DEVIATION = 0.1;
const SLOWER = 1.5;

/** Runs of the same code, and of code whose first model became slower: both by simulation. */
export function comparedRuns(): Check[] {
  return [3, 5].flatMap((rounds) => {
    const isDifferent = (verdict: string) => verdict === 'faster' || verdict === 'slower';
    const [same, slowed] = [1, 1 / SLOWER].map((lead) =>
      Array.from({ length: RUNS }, (_, index) => verdictsOf(index, rounds, lead)),
    ) as [string[][], string[][]];
    const wrong = same.filter((verdicts) => verdicts.some(isDifferent)).length / RUNS;
    const found = slowed.filter(([first]) => first === 'slower').length / RUNS;
    const what = `${RUNS} runs of ${CELLS} models beside runs of the same code, ${rounds} rounds (${NOISE_IN_WORDS})`;
    return [
      {
        what: `${what}: any model is called faster or slower`,
        bar: `at most ${(100 * mostFalse(RUNS)).toFixed(1)} %`,
        found: `${(100 * wrong).toFixed(1)} %`,
        isMet: wrong <= mostFalse(RUNS),
      },
      {
        what: `the same, deviation ${DEVIATION}, one model slower by ${SLOWER} x: found`,
        bar: `at least ${rounds === 3 ? 50 : 90} %`,
        found: `${(100 * found).toFixed(0)} %`,
        isMet: found >= (rounds === 3 ? 0.5 : 0.9),
      },
    ];
  });
}

function verdictsOf(index: number, rounds: number, lead: number): string[] {
  const [base, next] = [new Section(noiseOf(index), DEVIATION), new Section(noiseOf(index), DEVIATION, lead)];
  for (const section of [base, next]) section.measure(rounds);
  const pairs = base.figures.map((figures, cell) => ({ base: figures, next: next.figures[cell] ?? [] }));
  return compareSection({ pairs, better: 'more' }, { comparisons: CELLS }).map(({ verdict }) => verdict);
}
