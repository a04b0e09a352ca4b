/**
 * A cell at one and a half times what it can carry: an open load shows that it never settles; the closed load
 * beside it does not.
 */
import type { MeasuredCell } from '../../dist/result.js';
import { firstCell, run } from './iobench.ts';
import type { Check } from './main.ts';

const CELL = ['sleep', '-m', 'sync-blocking', '-p', 'sleep.duration=10ms', '-t', '1', '--warmup', '0'];
const SECONDS = [1, 2, 4];

export function overload(): Check[] {
  const open = SECONDS.map((seconds) => firstCell(run(...CELL, '--rate', '150', '-d', `${seconds}s`)));
  const closed = SECONDS.map((seconds) => firstCell(run(...CELL, '-c', '8', '-d', `${seconds}s`)));
  const medians = open.map(medianMs);
  const isTold =
    open.at(-1)?.warnings.some(({ code }) => code === 'queue-growing' || code === 'not-kept-up') ?? false;
  const still = closed.map(medianMs);
  return [
    {
      what: `sync-blocking at 1.5 times its capacity, for ${SECONDS.join(', ')} s: p50`,
      bar: 'grows with the run, and a warning says so',
      found: `${shown(medians)}; ${isTold ? 'with' : 'without'} a warning`,
      isMet: medians.every((ms, index) => index === 0 || ms > 1.4 * (medians[index - 1] as number)) && isTold,
    },
    {
      what: 'the same with 8 clients that wait for their answer: p50',
      bar: 'stays as it is',
      found: shown(still),
      isMet: Math.max(...still) < 1.2 * Math.min(...still),
    },
  ];
}

const medianMs = ({ latencyNs }: MeasuredCell): number => (latencyNs.p50 ?? Number.NaN) / 1e6;
const shown = (all: readonly number[]): string => `${all.map((ms) => ms.toFixed(0)).join(', ')} ms`;
