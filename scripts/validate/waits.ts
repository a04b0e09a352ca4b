/**
 * Waits under an open load, beside what the recursion of Kiefer and Wolfowitz predicts from the measured
 * occupancies.
 */
import { firstCell, run } from './iobench.ts';
import type { Check } from './main.ts';

const MOST_ERROR = 0.03;
const SLEEP = [
  '-p',
  'sleep.duration=10ms',
  '-p',
  'sleep.distribution=exponential',
  '-t',
  '1',
  '-d',
  '12s',
  '--warmup',
  '1s',
];

export function waits(): Check[] {
  return [
    check('sleep of 10 ms, sync-blocking at a load of 0.7', '-m', 'sync-blocking', '--rate', '70'),
    check(
      'sleep of 10 ms, 4 threads at a load of 0.8',
      '-m',
      'thread-per-request',
      '--threads',
      '4',
      '--rate',
      '320',
    ),
  ];
}

function check(what: string, ...words: string[]): Check {
  const { oracle } = firstCell(run('sleep', ...words, ...SLEEP));
  if (!oracle) return { what, bar: '', found: 'there was no prediction', isMet: false };
  const ms = (ns: number) => (ns / 1e6).toFixed(2);
  return {
    what: `${what}: Kiefer-Wolfowitz beside the measured wait`,
    bar: `within ${MOST_ERROR * 100} %`,
    found: `${ms(oracle.predictedWaitNs)} ms beside ${ms(oracle.measuredWaitNs)} ms (${(oracle.error * 100).toFixed(1)} %)`,
    isMet: Math.abs(oracle.error) < MOST_ERROR,
  };
}
