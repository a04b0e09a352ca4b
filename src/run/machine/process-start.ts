/** What starting a measured process takes on this machine, now: most of a short trial. */
import { startChild } from '../processes/child.ts';
import { within } from '../processes/within.ts';

const CELL_MAIN = new URL('../trial/cell.main.js', import.meta.url);
/** On a machine of today; where it cannot be measured. */
const USUAL_NS = 0.3e9;
const LIMIT_MS = 3_000;

/** Starts one that measures nothing, and ends it when it could begin; in nanoseconds. */
export async function measureProcessStart(): Promise<number> {
  const startedMs = performance.now();
  let readyMs: number | undefined;
  const child = startChild({
    module: CELL_MAIN,
    received({ kind }) {
      if (kind !== 'ready') return;
      readyMs = performance.now();
      child.kill();
    },
  });
  if ((await within(LIMIT_MS, child.ended)) === undefined) child.kill();
  return readyMs === undefined ? USUAL_NS : (readyMs - startedMs) * 1e6;
}
