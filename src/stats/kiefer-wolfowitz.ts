/**
 * What the waits should have been: the recursion of Kiefer and Wolfowitz (On the theory of queues with many servers,
 * Transactions of the AMS 78, 1955), fed with arrivals and occupancies that were measured.
 */

/** First come first served, so many servers. */
export interface Oracle {
  /**
   * The next arrival, in the order of arrivals, and how long it kept a server: how long it has to wait.
   * It starts when it arrives, or when the first server is free.
   */
  serve(arrivalNs: number, occupancyNs: number): number;
}

/**
 * All servers are free at first.
 * @throws RangeError if there is no server.
 */
export function createOracle(servers: number): Oracle {
  if (!(Number.isInteger(servers) && servers > 0)) throw new RangeError('a queue needs a server');
  // A heap: when each server will be free, the earliest first.
  const freeNs = new Float64Array(servers).fill(Number.NEGATIVE_INFINITY);
  return {
    serve(arrivalNs, occupancyNs) {
      const startNs = Math.max(arrivalNs, freeNs[0] as number);
      replaceFirst(freeNs, startNs + occupancyNs);
      return startNs - arrivalNs;
    },
  };
}

/** Puts a value in the place of the smallest one, and lets it sink to where it belongs. */
function replaceFirst(heap: Float64Array, value: number): void {
  let place = 0;
  for (let child = 1; child < heap.length; child = 2 * place + 1) {
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= value) break;
    heap[place] = heap[child] as number;
    place = child;
  }
  heap[place] = value;
}

/** An oracle for requests that end in another order than they arrive. */
export interface OrderedOracle {
  /**
   * A request has ended: which arrival it was (counted from 0, none left out), when it arrived, how long it kept its server.
   * Only the predictions for those that are `counted` go into the mean; the others (of the warm-up, say) kept a server all the same.
   */
  finished(sequence: number, arrivalNs: number, occupancyNs: number, isCounted?: boolean): void;
  /** How many predictions the mean is of. */
  readonly count: number;
  /** What the counted ones should have waited, on average; 0 before the first. */
  readonly meanWaitNs: number;
  /** How many have ended and wait for an earlier arrival to end. */
  readonly held: number;
  /** One arrival did not end while so many others did that they could not be held: there is no prediction beyond it. */
  readonly hasGivenUp: boolean;
}

/** A power of two, as every later size: places are found with a mask. */
const FIRST_ROOM = 64;

/**
 * Holds requests that ended back until all that arrived before them have ended too. Memory is bound by how many that are:
 * at most `holdAtMost`.
 */
export function createOrderedOracle(servers: number, holdAtMost = 65_536): OrderedOracle {
  const oracle = createOracle(servers);
  const early = createShelf(holdAtMost);
  let next = 0;
  let count = 0;
  // A number with a fraction that a function keeps would be a new object with every request.
  const sumNs = new Float64Array(1);
  let hasGivenUp = false;

  function predict(arrivalNs: number, occupancyNs: number, isCounted: boolean): void {
    const waitNs = oracle.serve(arrivalNs, occupancyNs);
    next++;
    if (!isCounted) return;
    count++;
    (sumNs[0] as number) += waitNs;
  }
  return {
    finished(sequence, arrivalNs, occupancyNs, isCounted = true) {
      if (hasGivenUp) return;
      if (sequence !== next) {
        hasGivenUp = !early.put(sequence, next, arrivalNs, occupancyNs, isCounted);
        return;
      }
      predict(arrivalNs, occupancyNs, isCounted);
      while (early.held > 0 && early.take(next, predict));
    },
    get count() {
      return count;
    },
    get meanWaitNs() {
      return count === 0 ? 0 : (sumNs[0] as number) / count;
    },
    get held() {
      return early.held;
    },
    get hasGivenUp() {
      return hasGivenUp;
    },
  };
}

/** Places by sequence, in a ring that grows: no object a request. */
function createShelf(holdAtMost: number) {
  let room = FIRST_ROOM;
  let arrivalsNs = new Float64Array(room).fill(Number.NaN);
  let occupanciesNs = new Float64Array(room);
  let counted = new Uint8Array(room);
  let held = 0;

  function grow(next: number, needed: number): void {
    const [oldArrivalsNs, oldOccupanciesNs, oldCounted, oldRoom] = [arrivalsNs, occupanciesNs, counted, room];
    while (room < needed) room *= 2;
    arrivalsNs = new Float64Array(room).fill(Number.NaN);
    occupanciesNs = new Float64Array(room);
    counted = new Uint8Array(room);
    for (let sequence = next; sequence < next + oldRoom; sequence++) {
      arrivalsNs[sequence & (room - 1)] = oldArrivalsNs[sequence & (oldRoom - 1)] as number;
      occupanciesNs[sequence & (room - 1)] = oldOccupanciesNs[sequence & (oldRoom - 1)] as number;
      counted[sequence & (room - 1)] = oldCounted[sequence & (oldRoom - 1)] as number;
    }
  }
  return {
    get held() {
      return held;
    },
    /** False if it is too far ahead of the next to be held. */
    put(sequence: number, next: number, arrivalNs: number, occupancyNs: number, isCounted: boolean): boolean {
      if (sequence - next >= holdAtMost) return false;
      if (sequence - next >= room) grow(next, sequence - next + 1);
      arrivalsNs[sequence & (room - 1)] = arrivalNs;
      occupanciesNs[sequence & (room - 1)] = occupancyNs;
      counted[sequence & (room - 1)] = isCounted ? 1 : 0;
      held++;
      return true;
    },
    /** Hands one out; false if it is not there. */
    take(sequence: number, hand: (arrivalNs: number, occupancyNs: number, isCounted: boolean) => void): boolean {
      const place = sequence & (room - 1);
      const arrivalNs = arrivalsNs[place] as number;
      if (Number.isNaN(arrivalNs)) return false;
      arrivalsNs[place] = Number.NaN;
      held--;
      hand(arrivalNs, occupanciesNs[place] as number, counted[place] === 1);
      return true;
    },
  };
}
