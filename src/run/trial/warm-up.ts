/**
 * When a warm-up is over: its time has passed, every client has had its turn, V8 compiles nothing more, and the throughput
 * does not change. V8 compiles code that has run often enough, so requests warm it, and not time.
 */
import { trendOf } from '../../stats/steady.ts';

/** The parts of the warm-up that are tested for a trend: with half as many, even a straight line would not be significant. */
const PARTS = 16;
/** A warm-up whose throughput still has a trend goes on until it is this many times as long. */
export const LONGEST_FACTOR = 4;
/** The size of the code is read this often: a reading takes V8 a millisecond. */
const READING_NS = 50e6;
/** The code is complete when two readings in a row found no more than this share of new code: handlers of rare cases keep coming for a long time. */
const STILL_SHARE = 0.004;
const STILL_READINGS = 2;

export interface WarmUpLimits {
  readonly startNs: number;
  /** At least this long ... */
  readonly warmupNs: number;
  /** ... and until this many requests have ended. */
  readonly warmupRequests: number;
  /** The size of the code, in bytes (`v8.getHeapCodeStatistics`); `undefined` if the warm-up does not wait for it. */
  readonly codeBytes?: (() => number) | undefined;
  /** With fewer requests between two readings, an unchanged size proves nothing. */
  readonly requestsPerReading?: number | undefined;
  /** The longest wait for the code to be complete. */
  readonly longestNs?: number | undefined;
  /** The first request has ended. */
  firstEnded?(): void;
}

export interface WarmUp {
  /** A request ended; returns whether the warm-up is over with it. A warm-up of length 0 is never lengthened. */
  ended(endedNs: number): boolean;
  /** Code was still being compiled when it ended: the measurement is partly cold. */
  readonly isCold: boolean;
}

export function createWarmUp(limits: WarmUpLimits): WarmUp {
  const throughput = watchThroughput(limits);
  const code = watchCode(limits);
  const { startNs, warmupNs, warmupRequests, longestNs = 0 } = limits;
  let ended = 0;
  return {
    ended(endedNs) {
      ended++;
      if (ended === 1) limits.firstEnded?.();
      if (warmupNs === 0) return ended >= warmupRequests;
      const isSteady = throughput(endedNs);
      const isStill = code.isStill(endedNs) || endedNs >= startNs + longestNs;
      return ended >= warmupRequests && isStill && isSteady;
    },
    get isCold() {
      return code.isGrowing;
    },
  };
}

/** Whether the time has passed and the throughput, over the last parts that are whole, has no trend; or the longest time has passed. */
function watchThroughput({ startNs, warmupNs }: WarmUpLimits): (endedNs: number) => boolean {
  const partNs = warmupNs / PARTS;
  const counts: number[] = [];
  let judgeNs = startNs + warmupNs;
  let isSteady = false;

  function isTrending(nowNs: number): boolean {
    const whole = Math.floor((nowNs - startNs) / partNs);
    return trendOf(
      Array.from({ length: PARTS }, (_, part) => counts[whole - PARTS + part] ?? 0),
      partNs,
    ).isTrending;
  }
  return (endedNs) => {
    const part = Math.floor((endedNs - startNs) / partNs);
    counts[part] = (counts[part] ?? 0) + 1;
    if (endedNs < judgeNs) return isSteady;
    // The next part that is whole.
    judgeNs += partNs * (1 + Math.floor((endedNs - judgeNs) / partNs));
    isSteady = endedNs >= startNs + LONGEST_FACTOR * warmupNs || !isTrending(endedNs);
    return isSteady;
  };
}

function watchCode({ startNs, codeBytes, requestsPerReading = 1 }: WarmUpLimits) {
  let readNs = startNs;
  let requests = 0;
  let lastBytes = 0;
  let still = 0;
  // There is no reading yet.
  if (codeBytes === undefined) return { isStill: () => true, isGrowing: true };
  return {
    isStill(endedNs: number): boolean {
      requests++;
      if (still >= STILL_READINGS) return true;
      if (requests === 1 && lastBytes === 0) lastBytes = codeBytes();
      if (endedNs < readNs + READING_NS || requests < requestsPerReading) return false;
      readNs = endedNs;
      requests = 0;
      const bytes = codeBytes();
      // Code that V8 discards shrinks the size, which proves nothing.
      still = bytes - lastBytes <= STILL_SHARE * bytes ? still + 1 : 0;
      lastBytes = bytes;
      return still >= STILL_READINGS;
    },
    get isGrowing() {
      return still < STILL_READINGS;
    },
  };
}
