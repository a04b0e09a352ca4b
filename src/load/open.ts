import type { Arrivals } from './arrivals.ts';
import type { Load } from './load.ts';

export interface OpenOptions {
  readonly arrivals: Arrivals;
  readonly startNs: number;
  /** The most requests that have arrived and not ended, whether the model has begun them or not. */
  readonly maxInFlight: number;
}

export interface OpenLoad extends Load {
  /** Requests that were not sent, because so many were in flight when they were due. Exact whenever a request has just ended. */
  shed(): number;
  /** How many requests are due by then, and have not been taken: the line in front of the model. */
  waiting(nowNs: number): number;
}

/**
 * An open load: requests start on a schedule, whatever happens to those before them (Schroeder, Wierman, Harchol-Balter,
 * NSDI 2006). A model that is late finds them waiting, each with the start that was intended.
 *
 * A request counts as in flight from its intended start to its end. One that is due while `maxInFlight` are in flight is shed.
 * Which these are is known as soon as a request ends: how many were in flight changed at no other time but at arrivals.
 */
export function open({ arrivals, startNs, maxInFlight }: OpenOptions): OpenLoad {
  // A ring: the intended starts of those that wait, and were let in while there was room.
  const line = new Float64Array(maxInFlight);
  let first = 0;
  let waiting = 0;
  let inFlight = 0;
  let shed = 0;
  let nextNs = startNs + arrivals();

  function arriveUntil(nowNs: number): void {
    while (nextNs <= nowNs) {
      if (inFlight < maxInFlight) {
        const last = first + waiting;
        line[last < maxInFlight ? last : last - maxInFlight] = nextNs;
        waiting++;
        inFlight++;
      } else shed++;
      nextNs = startNs + arrivals();
    }
  }
  function arriveAtOnce(): number {
    const dueNs = nextNs;
    inFlight++;
    nextNs = startNs + arrivals();
    return dueNs;
  }
  return {
    nextDueNs() {
      if (waiting > 0) return line[first] as number;
      return inFlight < maxInFlight ? nextNs : Number.POSITIVE_INFINITY;
    },
    take() {
      if (waiting === 0) return arriveAtOnce();
      const dueNs = line[first] as number;
      first = first + 1 === maxInFlight ? 0 : first + 1;
      waiting--;
      return dueNs;
    },
    ended(nowNs) {
      arriveUntil(nowNs);
      inFlight--;
    },
    // No getter: V8 looks up all that an object literal with one has, each time.
    shed: () => shed,
    waiting(nowNs) {
      arriveUntil(nowNs);
      return waiting;
    },
    *line(nowNs) {
      arriveUntil(nowNs);
      for (let place = 0; place < waiting; place++) yield line[(first + place) % maxInFlight] as number;
    },
  };
}
