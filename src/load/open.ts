import type { Arrivals } from './arrivals.ts';
import type { Load } from './load.ts';

export interface OpenOptions {
  readonly arrivals: Arrivals;
  readonly startNs: number;
  /** The most requests that have arrived and not ended, whether the model has begun them or not. */
  readonly maxInFlight: number;
  /** A fixed pool: the most that have been taken and not ended. Without it, every arrival finds a client. */
  readonly clients?: number | undefined;
}

/**
 * An open load: requests start on a schedule, independent of how earlier ones fare (Schroeder, Wierman,
 * Harchol-Balter, NSDI 2006). A model that is late finds them waiting, each with the start that was intended.
 *
 * A request counts as in flight from its intended start to its end. One that is due while `maxInFlight` are
 * in flight is shed. Which ones is known as soon as a request ends: since the last end, the number in flight
 * has changed only at arrivals.
 *
 * With a pool of clients, nothing is due while all of them are busy: what arrives then waits in line for the
 * first one that is free, with the start that was intended.
 */
export class OpenLoad implements Load {
  private readonly arrivals: Arrivals;
  private readonly startNs: number;
  private readonly maxInFlight: number;
  /** A circular buffer: the intended starts of requests that wait and were not shed. */
  private readonly lineNs: Float64Array;
  private first = 0;
  private inLine = 0;
  private inFlight = 0;
  private readonly clients: number;
  private busyClients = 0;
  private notSent = 0;
  // A number from the start: after `undefined`, V8 would allocate an object for each number.
  private nextNs = Number.NaN;

  constructor({ arrivals, startNs, maxInFlight, clients = maxInFlight }: OpenOptions) {
    this.arrivals = arrivals;
    this.clients = clients;
    this.startNs = startNs;
    this.maxInFlight = maxInFlight;
    this.lineNs = new Float64Array(maxInFlight);
    this.nextNs = startNs + arrivals();
  }

  nextDueNs(): number {
    if (this.busyClients >= this.clients) return Number.POSITIVE_INFINITY;
    if (this.inLine > 0) return this.lineNs[this.first] as number;
    return this.inFlight < this.maxInFlight ? this.nextNs : Number.POSITIVE_INFINITY;
  }

  take(): number {
    this.busyClients++;
    if (this.inLine === 0) return this.arriveAtOnce();
    const dueNs = this.lineNs[this.first] as number;
    this.first = this.first + 1 === this.maxInFlight ? 0 : this.first + 1;
    this.inLine--;
    return dueNs;
  }

  ended(nowNs: number): void {
    this.arriveUntil(nowNs);
    this.inFlight--;
    this.busyClients--;
  }

  /**
   * Requests that were not sent, because `maxInFlight` were in flight when they were due. Exact whenever a
   * request has just ended.
   */
  shed(): number {
    return this.notSent;
  }

  waiting(nowNs: number): number {
    this.arriveUntil(nowNs);
    return this.inLine;
  }

  *line(nowNs: number): Iterable<number> {
    this.arriveUntil(nowNs);
    for (let place = 0; place < this.inLine; place++)
      yield this.lineNs[(this.first + place) % this.maxInFlight] as number;
  }

  stop(atNs: number): void {
    this.arriveUntil(atNs);
    this.nextNs = Number.POSITIVE_INFINITY;
  }

  private arriveUntil(nowNs: number): void {
    while (this.nextNs <= nowNs) {
      if (this.inFlight < this.maxInFlight) this.waitInLine(this.nextNs);
      else this.notSent++;
      this.nextNs = this.startNs + this.arrivals();
    }
  }

  private waitInLine(dueNs: number): void {
    const last = this.first + this.inLine;
    this.lineNs[last < this.maxInFlight ? last : last - this.maxInFlight] = dueNs;
    this.inLine++;
    this.inFlight++;
  }

  private arriveAtOnce(): number {
    const dueNs = this.nextNs;
    this.inFlight++;
    this.nextNs = this.startNs + this.arrivals();
    return dueNs;
  }
}
