/**
 * When a warm-up is over: its time has passed, every client has had its turn, V8 compiles nothing more (there
 * is no new code, and its threads are idle), and the throughput does not change. V8 compiles code that has
 * run often enough, so requests warm it, and not time.
 */
import { trendOf } from '../../stats/steady.ts';

/**
 * The parts of the warm-up that are tested for a trend: with half as many, even a straight line would not be
 * significant.
 */
const PARTS = 16;
/** A warm-up whose throughput still has a trend goes on until it is this many times as long. */
export const LONGEST_FACTOR = 4;
/** The size of the code is read this often: a reading takes V8 a millisecond. */
const READING_NS = 40e6;
/**
 * The code is complete when two readings in a row found no more than this share of new code: handlers of rare
 * cases keep coming for a long time.
 */
const STILL_SHARE = 0.0035;
const STILL_READINGS = 2;
/**
 * V8's own threads are idle at this share of one CPU: collecting garbage took them up to 5 % in what we
 * measured, compiling 20 % and more. Code that is being optimized is new code only once that has ended.
 */
const IDLE_SHARE = 0.06;
/** Threads that stay busy for this many readings in which there is no new code collect garbage. */
const MOST_BUSY_READINGS = 10;

export interface WarmUpLimits {
  readonly startNs: number;
  /** At least this long ... */
  readonly warmupNs: number;
  /** ... and until this many requests have ended. */
  readonly warmupRequests: number;
  /**
   * The size of the code, in bytes (`v8.getHeapCodeStatistics`); `undefined` if the warm-up does not wait for
   * it.
   */
  readonly codeBytes?: (() => number) | undefined;
  /**
   * The CPU time that V8's own threads have used, nanoseconds; `undefined` where that is not known.
   */
  readonly v8ThreadsNs?: (() => number) | undefined;
  /** Fewer requests between two readings show nothing. */
  readonly requestsPerReading?: number | undefined;
  /** The longest wait for the code to be complete. */
  readonly longestNs?: number | undefined;
  /**
   * Only code is warmed: the throughput need not be steady by the time that it is complete.
   */
  readonly warmsCodeAlone?: boolean | undefined;
  /** The first request has ended. */
  firstEnded?(): void;
}

export interface WarmUp {
  /**
   * A request ended; returns whether the warm-up is over with it. A warm-up of length 0 is never lengthened.
   */
  ended(endedNs: number): boolean;
  /** Code was still being compiled when it ended: the measurement is partly cold. */
  readonly isCold: boolean;
}

export function createWarmUp(limits: WarmUpLimits): WarmUp {
  const throughput = watchThroughput(limits);
  const code = watchCode(limits);
  const { startNs, warmupNs, warmupRequests, longestNs = 0, firstEnded } = limits;
  let ended = 0;
  return {
    ended(endedNs) {
      ended++;
      if (ended === 1) firstEnded?.();
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

/**
 * Whether the time has passed and the throughput, over the last parts that are whole, has no trend; or the
 * longest time has passed.
 */
function watchThroughput({
  startNs,
  warmupNs,
  warmsCodeAlone = false,
}: WarmUpLimits): (endedNs: number) => boolean {
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
    isSteady = warmsCodeAlone || endedNs >= startNs + LONGEST_FACTOR * warmupNs || !isTrending(endedNs);
    return isSteady;
  };
}

function watchCode({ startNs, codeBytes, v8ThreadsNs, requestsPerReading = 1 }: WarmUpLimits) {
  const isCompilerIdle = watchCompiler(v8ThreadsNs);
  let readNs = startNs;
  let requests = 0;
  let lastBytes = 0;
  let still = 0;
  let busyReadings = 0;
  // Nobody has looked.
  if (codeBytes === undefined) return { isStill: () => true, isGrowing: true };
  return {
    isStill(endedNs: number): boolean {
      requests++;
      if (still >= STILL_READINGS) return true;
      if (requests === 1 && lastBytes === 0) lastBytes = codeBytes();
      if (endedNs < readNs + READING_NS || requests < requestsPerReading) return false;
      const isIdle = isCompilerIdle(endedNs - readNs);
      readNs = endedNs;
      requests = 0;
      const bytes = codeBytes();
      // What V8 throws away makes room, and is no sign of anything.
      const isStill = bytes - lastBytes <= STILL_SHARE * bytes;
      if (isStill && !isIdle) busyReadings++;
      still = isStill && (isIdle || busyReadings > MOST_BUSY_READINGS) ? still + 1 : 0;
      lastBytes = bytes;
      return still >= STILL_READINGS;
    },
    get isGrowing() {
      return still < STILL_READINGS;
    },
  };
}

/** Whether V8's own threads were idle since the last time that they were asked for. */
function watchCompiler(v8ThreadsNs: (() => number) | undefined): (elapsedNs: number) => boolean {
  if (v8ThreadsNs === undefined) return () => true;
  let lastNs = v8ThreadsNs();
  return (elapsedNs) => {
    const usedNs = v8ThreadsNs() - lastNs;
    lastNs += usedNs;
    return usedNs <= IDLE_SHARE * elapsedNs;
  };
}
