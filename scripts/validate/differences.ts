/** What `compare` says of trials that differ, and of trials that do not. */
import { rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { randomFrom, shuffled } from '../../dist/load/random.js';
import { compareTrials } from '../../dist/stats/compare.js';
import { measuredCells, run } from './iobench.ts';
import type { Check } from './main.ts';

const TRIALS = 5;
const COMPARISONS = 20;
const SELF_COMPARISONS = 100;
const WORK = `import { compute, defineWorkload, z } from 'iobench';
export default defineWorkload({
  name: 'work',
  summary: 'Work for the CPU, as much as it is told',
  params: z.object({ bytes: z.coerce.number().default(1000) }),
  *request({ bytes }) {
    yield* compute(bytes);
  },
});
`;

let measured: { base: readonly number[]; slower: readonly number[] } | undefined;

/** A workload and the same with a tenth more work, in one run: their trials are interleaved. */
function trials(): { base: readonly number[]; slower: readonly number[] } {
  const file = path.join(os.tmpdir(), `work-${process.pid}.mjs`);
  writeFileSync(file, WORK);
  try {
    const words = ['-m', 'sync-blocking', '-c', '1', '-t', `${TRIALS * COMPARISONS}`, '-p', 'work.bytes=10000,11000'];
    const [base, slower] = measuredCells(run('-w', file, ...words)).map(({ trialThroughputPerSecond }) => trialThroughputPerSecond);
    if (!base || !slower) throw new Error('not both sides were measured');
    return { base, slower };
  } finally {
    rmSync(file);
  }
}

/** A cell beside itself: five of its trials against five others, drawn anew each time. */
export function falseAlarms(): Check[] {
  measured ??= trials();
  const { base } = measured;
  const random = randomFrom(1);
  const alarms = Array.from({ length: SELF_COMPARISONS }, () => {
    const drawn = shuffled(base, random);
    return compareTrials({ base: drawn.slice(0, TRIALS), next: drawn.slice(TRIALS, 2 * TRIALS), better: 'more' }).verdict;
  }).filter((verdict) => verdict === 'faster' || verdict === 'slower').length;
  return [
    {
      what: `${SELF_COMPARISONS} comparisons of a cell with itself, 5 trials each: false alarms`,
      bar: 'at most 8',
      found: `${alarms}`,
      isMet: alarms <= 8,
    },
  ];
}

export function slowdowns(): Check[] {
  measured ??= trials();
  const { base, slower } = measured;
  const found = Array.from({ length: COMPARISONS }, (_, index) => {
    const part = (all: readonly number[]) => all.slice(index * TRIALS, (index + 1) * TRIALS);
    return compareTrials({ base: part(base), next: part(slower), better: 'more' }).verdict;
  }).filter((verdict) => verdict === 'slower').length;
  return [
    {
      what: `a tenth more work, ${COMPARISONS} times 5 trials against 5: found (the machine has to be quiet)`,
      bar: 'at least 19',
      found: `${found}`,
      isMet: found >= 19,
    },
  ];
}
