/**
 * What the waits should have been: the recursion of Kiefer and Wolfowitz (On the theory of queues with many
 * servers, Transactions of the AMS 78, 1955), fed with arrivals and occupancies that were measured.
 */

/** First come first served, with a fixed number of servers. */
export class Oracle {
  /** A heap: when each server will be free, the earliest first. */
  private readonly freeNs: Float64Array;

  /**
   * All servers are free at first.
   * @throws RangeError if there is no server.
   */
  constructor(servers: number) {
    if (!(Number.isInteger(servers) && servers > 0)) throw new RangeError('a queue needs a server');
    this.freeNs = new Float64Array(servers).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * The next arrival, in the order of arrivals, and how long it kept a server: how long it has to wait.
   * It starts when it arrives, or when the first server is free.
   */
  serve(arrivalNs: number, occupancyNs: number): number {
    const { freeNs } = this;
    const startNs = Math.max(arrivalNs, freeNs[0] as number);
    if (freeNs.length === 1) freeNs[0] = startNs + occupancyNs;
    else replaceFirst(freeNs, startNs + occupancyNs);
    return startNs - arrivalNs;
  }
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

/**
 * An oracle for requests that end in another order than they arrive: it holds them back until all that
 * arrived before them have ended too, and keeps the mean of what they should have waited beside the mean of
 * what they did.
 */
export class OrderedOracle {
  /** How many requests the means are of. */
  count = 0;
  /**
   * One arrival did not end while so many others did that they could not be held: there is no prediction
   * beyond it.
   */
  hasGivenUp = false;
  readonly servers: number;
  private readonly oracle: Oracle;
  private readonly holdAtMost: number;
  /** How many have ended and wait for an earlier arrival to end. */
  held = 0;
  private readonly early = new Shelf();
  private next = 0;
  private predictedSumNs = 0;
  private measuredSumNs = 0;

  /** Memory is bound by the number of requests that are held: at most this many. */
  constructor(servers: number, holdAtMost = 65_536) {
    this.servers = servers;
    this.oracle = new Oracle(servers);
    this.holdAtMost = holdAtMost;
  }

  /**
   * A request has ended: which arrival it was (counted from 0, none left out), when it arrived, how long it
   * waited, how long it kept its server. Only those that are `counted` go into the means; the others (of the
   * warm-up, say) kept a server all the same.
   */
  finished(
    sequence: number,
    arrivalNs: number,
    waitedNs: number,
    occupancyNs: number,
    isCounted = true,
  ): void {
    if (sequence !== this.next) {
      this.hold(sequence, arrivalNs, waitedNs, occupancyNs, isCounted);
      return;
    }
    this.predict(arrivalNs, waitedNs, occupancyNs, isCounted);
    if (this.held > 0) this.catchUp();
  }

  /** What they should have waited, on average; 0 before the first. */
  get predictedWaitNs(): number {
    return this.count === 0 ? 0 : this.predictedSumNs / this.count;
  }

  /** What they did wait. */
  get measuredWaitNs(): number {
    return this.count === 0 ? 0 : this.measuredSumNs / this.count;
  }

  private hold(
    sequence: number,
    arrivalNs: number,
    waitedNs: number,
    occupancyNs: number,
    isCounted: boolean,
  ): void {
    if (sequence - this.next >= this.holdAtMost) {
      this.hasGivenUp = true;
      // No sequence is the next one.
      this.next = Number.NaN;
    } else if (!this.hasGivenUp) {
      this.early.put(sequence, this.next, arrivalNs, waitedNs, occupancyNs, isCounted);
      this.held++;
    }
  }

  private catchUp(): void {
    while (this.held > 0 && this.early.take(this.next, this)) this.held--;
  }

  /** The next in the order of arrivals. */
  predict(arrivalNs: number, waitedNs: number, occupancyNs: number, isCounted: boolean): void {
    const waitNs = this.oracle.serve(arrivalNs, occupancyNs);
    this.next++;
    if (!isCounted) return;
    this.count++;
    this.predictedSumNs += waitNs;
    this.measuredSumNs += waitedNs;
  }
}

/** How many numbers a request takes on the shelf. */
const STRIDE = 4;

/**
 * Places by sequence, in a ring that grows: no object a request. A class, because V8 looks up all that an
 * object literal with a getter has.
 */
class Shelf {
  /** A power of two, as every later size: places are found with a mask. */
  private room = 64;
  private places = new Float64Array(this.room * STRIDE).fill(Number.NaN);

  put(
    sequence: number,
    next: number,
    arrivalNs: number,
    waitedNs: number,
    occupancyNs: number,
    isCounted: boolean,
  ): void {
    if (sequence - next >= this.room) this.grow(next, sequence - next + 1);
    const place = (sequence & (this.room - 1)) * STRIDE;
    this.places[place] = arrivalNs;
    this.places[place + 1] = waitedNs;
    this.places[place + 2] = occupancyNs;
    this.places[place + 3] = isCounted ? 1 : 0;
  }

  /** Hands one out; false if it is not there. */
  take(sequence: number, to: Pick<OrderedOracle, 'predict'>): boolean {
    const { places } = this;
    const place = (sequence & (this.room - 1)) * STRIDE;
    const arrivalNs = places[place] as number;
    if (Number.isNaN(arrivalNs)) return false;
    places[place] = Number.NaN;
    to.predict(arrivalNs, places[place + 1] as number, places[place + 2] as number, places[place + 3] === 1);
    return true;
  }

  private grow(next: number, needed: number): void {
    const [old, oldRoom] = [this.places, this.room];
    while (this.room < needed) this.room *= 2;
    this.places = new Float64Array(this.room * STRIDE).fill(Number.NaN);
    for (let sequence = next; sequence < next + oldRoom; sequence++) {
      const from = (sequence & (oldRoom - 1)) * STRIDE;
      this.places.set(old.subarray(from, from + STRIDE), (sequence & (this.room - 1)) * STRIDE);
    }
  }
}
