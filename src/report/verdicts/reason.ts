/** Why one cell carries more than another: the first cause that a measured figure shows. */
import type { MeasuredCell } from '../../result.ts';
import { formatDuration, formatModel, formatShare } from '../formats/format.ts';
import { named, type Sentence, say } from './sentence.ts';

const MOSTLY = 0.5;
const CLEARLY = 1.3;
const BUSY_CORES = 0.7;

/** Causes in the order in which they are looked for; each needs a figure far enough apart to matter. */
const CAUSES: readonly ((ahead: MeasuredCell, behind: MeasuredCell) => Sentence | undefined)[] = [
  (ahead, behind) => {
    const share = behind.threadTime?.blocked ?? 0;
    const other = ahead.threadTime?.blocked ?? 0;
    // A pool's threads block by design; the dispatcher's own time is no measure of them.
    if (behind.dispatchNs !== undefined || share < MOSTLY || other > share * 0.7) return undefined;
    const why = behind.generator === undefined ? 'waiting for one answer' : 'while it serves one client';
    return say`because the thread of ${named(formatModel(behind))} is blocked ${formatShare(share)} of the time, ${why}`;
  },
  (ahead, behind) => {
    const mean = behind.dispatchNs?.mean ?? 0;
    if (ahead.dispatchNs !== undefined || mean < MOSTLY * behind.cpu.perRequestNs) return undefined;
    return say`because the round trip of a request to another thread takes ${formatDuration(mean)}`;
  },
  (ahead, behind) => {
    const isBound =
      cores(behind) >= BUSY_CORES && behind.cpu.perRequestNs >= CLEARLY * ahead.cpu.perRequestNs;
    if (!isBound) return undefined;
    return say`because ${named(formatModel(behind))} spends ${formatDuration(behind.cpu.perRequestNs)} of CPU time per request, and ${named(formatModel(ahead))} ${formatDuration(ahead.cpu.perRequestNs)}`;
  },
  (ahead, behind) => {
    const [more, less] = [behind.contextSwitches.perRequest, ahead.contextSwitches.perRequest];
    if (more < MOSTLY || more < 2 * less) return undefined;
    return say`because the system switches threads ${more.toPrecision(2)} times per request under ${named(formatModel(behind))}, and ${less.toPrecision(2)} times under ${named(formatModel(ahead))}`;
  },
];

/** A clause that starts with `because`, `undefined` if no figure explains the difference. */
export function reasonOf(ahead: MeasuredCell, behind: MeasuredCell): Sentence | undefined {
  for (const cause of CAUSES) {
    const clause = cause(ahead, behind);
    if (clause !== undefined) return clause;
  }
  return undefined;
}

/** How many cores the cell's process kept busy, on average. */
function cores(cell: MeasuredCell): number {
  return (cell.cpu.perRequestNs * cell.throughputPerSecond.median) / 1e9;
}
