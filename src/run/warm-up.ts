/** When a warm-up is over: its time has passed, every client has had its turn, and the throughput does not change any more. */
import { trendOf } from '../stats/steady.ts';

/** So many parts of the warm-up are looked at for a trend: with half as many, even a straight line would not be sure enough. */
const PARTS = 16;
/** A warm-up that still has a trend goes on until it is so many times as long. */
export const LONGEST_FACTOR = 4;

export interface WarmUpLimits {
  readonly startNs: number;
  /** At least so long ... */
  readonly warmupNs: number;
  /** ... and until so many requests have ended. */
  readonly warmupRequests: number;
  /** The first request has ended. */
  firstEnded?(): void;
}

/** Is told when each request ended; says whether the warm-up is over with it. A warm-up of no length is never lengthened. */
export function createWarmUp({ startNs, warmupNs, warmupRequests, firstEnded }: WarmUpLimits): (endedNs: number) => boolean {
  const partNs = warmupNs / PARTS;
  const counts: number[] = [];
  let ended = 0;
  let judgeNs = startNs + warmupNs;

  /** Over the last parts that are whole. */
  function isTrending(nowNs: number): boolean {
    const whole = Math.floor((nowNs - startNs) / partNs);
    return trendOf(
      Array.from({ length: PARTS }, (_, part) => counts[whole - PARTS + part] ?? 0),
      partNs,
    ).isTrending;
  }
  return (endedNs) => {
    ended++;
    if (ended === 1) firstEnded?.();
    if (warmupNs > 0) {
      const part = Math.floor((endedNs - startNs) / partNs);
      counts[part] = (counts[part] ?? 0) + 1;
    }
    if (endedNs < judgeNs || ended < warmupRequests) return false;
    if (warmupNs === 0 || endedNs >= startNs + LONGEST_FACTOR * warmupNs || !isTrending(endedNs)) return true;
    judgeNs += partNs;
    return false;
  };
}
