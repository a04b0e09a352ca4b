/** Little's law in every cell of the quick preset, warmed up or not: it holds in either case. */
import { measuredCells, run } from './iobench.ts';
import type { Check } from './main.ts';

const MOST_ERROR = 0.02;

export function littlesLaw(): Check[] {
  const cells = measuredCells(run('--preset', 'quick', '--warmup', '40ms'));
  const errors = cells.map(({ littleRatio = Number.NaN }) => Math.abs(littleRatio - 1));
  const worst = errors.some(Number.isNaN) ? Number.NaN : Math.max(...errors);
  return [
    {
      what: `Little’s law in the ${cells.length} cells of the quick preset`,
      bar: `within ${MOST_ERROR * 100} %`,
      found: `off by ${(worst * 100).toFixed(3)} % at most`,
      isMet: worst < MOST_ERROR,
    },
  ];
}
