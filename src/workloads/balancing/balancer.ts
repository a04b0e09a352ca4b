/**
 * Who gets the next request: an algorithm, the shared state, and who is ejected for having failed or is down
 * by its health checks.
 */
import type { Random } from '../workload.ts';
import type { Algorithm, Situation } from './algorithm.ts';
import type { SharedState } from './shared-state.ts';

export interface BalancerOptions {
  readonly algorithm: Algorithm;
  /** One for each back end: whole numbers from 1 on. */
  readonly weights: readonly number[];
  readonly state: SharedState;
  /** A back end gets nothing for a while after this many failures in a row; 0 never ejects. */
  readonly ejectAfter: number;
  readonly ejectForNs: number;
  /** One that has come back gets its share gradually, over this time; 0 gives it at once. */
  readonly slowStartNs?: number;
  readonly random: Random;
  /** In nanoseconds, the same in all threads. */
  readonly clock: () => number;
}

/** One of each thread; what they know they share. */
export class Balancer implements Situation {
  readonly weights: readonly number[];
  readonly random: Random;
  candidates: readonly number[] = [];
  turn = 0;
  address = '';
  readonly underWay: Situation['underWay'];
  readonly responseNs: Situation['responseNs'];
  private readonly options: BalancerOptions;
  /** The candidates where the back ends of these bits are left out: one list each, as long as it is used. */
  private readonly lists = new Map<number, readonly number[]>();
  /** How many were under way when the algorithm looked; -1 for those at which it has not looked. */
  private readonly seen: Int32Array;

  constructor(options: BalancerOptions) {
    this.options = options;
    this.weights = options.weights;
    this.random = options.random;
    this.seen = new Int32Array(options.weights.length);
    this.underWay = (backEnd) => {
      const underWay = options.state.underWay(backEnd);
      this.seen[backEnd] = underWay;
      return underWay;
    };
    this.responseNs = (backEnd) => options.state.responseNs(backEnd);
  }

  /**
   * Chooses for a client, and counts the choice as under way until `release`. `tried` has the bits of those
   * that are not to be chosen. `turns` is whose turns these are: choices among other back ends have others,
   * because every second turn of all would be the same one of two. Returns the number of a back end, or -1 if
   * there is none.
   */
  choose(address: string, tried = 0, turns = 0): number {
    const { algorithm, state, clock } = this.options;
    const nowNs = clock();
    const out = tried | state.ejected(nowNs) | state.down();
    this.candidates = this.without(out);
    if (this.candidates.length === 0) return -1;
    if (state.hasReturned) this.passOver(out, nowNs);
    this.address = address;
    this.turn = state.nextTurn(turns);
    for (;;) {
      this.seen.fill(-1);
      const chosen = algorithm.choose(this);
      const seen = this.seen[chosen] as number;
      // Another thread may have chosen the same meanwhile: then it is not as idle as it looked.
      if (state.begin(chosen, seen < 0 ? state.underWay(chosen) : seen)) return chosen;
    }
  }

  /** It has answered, after this time. */
  succeeded(backEnd: number, tookNs: number): void {
    const { state } = this.options;
    state.succeeded(backEnd);
    state.responded(backEnd, tookNs);
  }

  /** It could not be connected to, broke off, or did not answer in time. */
  failed(backEnd: number): void {
    const { state, ejectAfter, ejectForNs, clock } = this.options;
    const failures = state.failed(backEnd);
    // After its time it fails once, and is ejected again: only an answer clears it.
    if (ejectAfter > 0 && failures >= ejectAfter) state.eject(backEnd, clock() + ejectForNs);
  }

  /** What was chosen is over, well or not. */
  release(backEnd: number): void {
    this.options.state.end(backEnd);
  }

  /**
   * Of those that have just come back, each is a candidate as often as the share of the time that has passed:
   * to an algorithm that looks at who is idle it would otherwise be the best, and get everything at once.
   */
  private passOver(out: number, nowNs: number): void {
    const { state, slowStartNs = 0 } = this.options;
    let passedOver = out;
    for (const backEnd of this.candidates) {
      const sinceNs = state.sinceReturnNs(backEnd, nowNs, slowStartNs);
      if (sinceNs < slowStartNs && this.random() * slowStartNs >= sinceNs) passedOver |= 1 << backEnd;
    }
    const left = this.without(passedOver);
    if (left.length > 0) this.candidates = left;
  }

  private without(bits: number): readonly number[] {
    let list = this.lists.get(bits);
    if (!list) {
      list = this.weights.map((_, backEnd) => backEnd).filter((backEnd) => (bits & (1 << backEnd)) === 0);
      this.lists.set(bits, list);
    }
    return list;
  }
}
