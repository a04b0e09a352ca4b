/** Whether one cell carries more than another, as far as their trials can show it. */
import type { MeasuredCell } from '../result.ts';
import { type Comparison, compareTrials } from '../stats/compare.ts';

/** Compares throughput over trials; nothing where a trial completed nothing. `comparisons` are made at the same time. */
export function leadOf(next: MeasuredCell, base: MeasuredCell, comparisons: number): Comparison | undefined {
  const sides = { base: base.trialThroughputPerSecond, next: next.trialThroughputPerSecond };
  const figures = [...sides.base, ...sides.next];
  if (sides.base.length === 0 || sides.next.length === 0 || figures.some((figure) => !(figure > 0))) return undefined;
  // Nobody asks here how many trials would do, and to search for that takes a thousand times as long as to compare.
  return compareTrials({ ...sides, better: 'more' }, { comparisons: Math.max(1, comparisons), wantedShare: Number.POSITIVE_INFINITY });
}
