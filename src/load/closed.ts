import type { Load } from './load.ts';

/**
 * A closed load: a fixed number of clients, each of which sends, waits for its answer, thinks, and sends
 * again. A client that is ready waits in line until the model begins its request; that wait is part of its
 * latency.
 */
export class ClosedLoad implements Load {
  /**
   * A circular buffer: every client is in it at most once, and they become ready in the order in which they
   * ended.
   */
  private readonly readyNs: Float64Array;
  private readonly concurrency: number;
  private readonly thinkNs: number;
  private first = 0;
  private ready: number;
  private taken = 0;
  private isStopped = false;

  constructor({ concurrency, thinkNs, startNs }: { concurrency: number; thinkNs: number; startNs: number }) {
    this.readyNs = new Float64Array(concurrency).fill(startNs);
    this.concurrency = concurrency;
    this.thinkNs = thinkNs;
    this.ready = concurrency;
  }

  nextDueNs(): number {
    return this.ready === 0 ? Number.POSITIVE_INFINITY : (this.readyNs[this.first] as number);
  }

  take(): number {
    const dueNs = this.readyNs[this.first] as number;
    this.first = this.first + 1 === this.concurrency ? 0 : this.first + 1;
    this.ready--;
    this.taken++;
    return dueNs;
  }

  ended(nowNs: number): void {
    if (this.isStopped) return;
    const last = this.first + this.ready;
    this.readyNs[last < this.concurrency ? last : last - this.concurrency] = nowNs + this.thinkNs;
    this.ready++;
  }

  /** How many requests have become due by then, since the load began. */
  arrived(nowNs: number): number {
    return this.taken + this.waiting(nowNs);
  }

  waiting(nowNs: number): number {
    let count = 0;
    for (const _dueNs of this.line(nowNs)) count++;
    return count;
  }

  /** Clients that still think by then, or have a request in flight, send no more requests. */
  stop(atNs: number): void {
    const line = [...this.line(atNs)];
    this.isStopped = true;
    this.readyNs.set(line);
    this.first = 0;
    this.ready = line.length;
  }

  *line(nowNs: number): Iterable<number> {
    for (let place = 0; place < this.ready; place++) {
      const dueNs = this.readyNs[(this.first + place) % this.concurrency] as number;
      if (dueNs <= nowNs) yield dueNs;
    }
  }
}
