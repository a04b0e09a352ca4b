/**
 * Further counts of requests: reopened connections, answers with statuses other than 2xx, and those of a
 * cache.
 */

/** As plain data, for another thread. */
export interface TallyCounts {
  readonly reconnects: number;
  /** Answers by their status, other than 2xx. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers that a cache has given; left out where nobody looks for that. */
  readonly cacheHits?: number | undefined;
}

/** One for all clients of a thread. */
export class Tally {
  private reconnects = 0;
  private cacheHits: number | undefined;
  private readonly statuses = new Map<string, number>();
  private isEmpty = true;

  /** A connection had ended, and the next request opened a new one. */
  reconnected(): void {
    this.isEmpty = false;
    this.reconnects++;
  }

  /** An answer has arrived. A status of 2xx is not counted: it is the expected one. */
  answered(status: number): void {
    if (status >= 200 && status < 300) return;
    this.addStatus(String(status), 1);
  }

  /** An answer has arrived, and it is known whether a cache has given it. */
  cached(isHit: boolean): void {
    this.isEmpty = false;
    this.cacheHits = (this.cacheHits ?? 0) + (isHit ? 1 : 0);
  }

  /** Adds the counts of another thread. */
  add({ reconnects, statuses, cacheHits }: TallyCounts): void {
    this.isEmpty = false;
    this.reconnects += reconnects;
    if (cacheHits !== undefined) this.cacheHits = (this.cacheHits ?? 0) + cacheHits;
    for (const [status, count] of Object.entries(statuses)) this.addStatus(status, count);
  }

  read(): TallyCounts {
    const { reconnects, statuses, cacheHits } = this;
    return { reconnects, statuses: Object.fromEntries(statuses), ...hits(cacheHits) };
  }

  /** Returns the counts since the last call, `undefined` if there are none, and resets them. */
  take(): TallyCounts | undefined {
    if (this.isEmpty) return undefined;
    const counts = this.read();
    this.isEmpty = true;
    this.reconnects = 0;
    this.cacheHits = undefined;
    this.statuses.clear();
    return counts;
  }

  private addStatus(status: string, count: number): void {
    this.isEmpty = false;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
  }
}

/** The counts between two readings. */
export function tallyBetween(before: TallyCounts, after: TallyCounts): TallyCounts {
  const statuses = Object.entries(after.statuses).map(
    ([status, count]) => [status, count - (before.statuses[status] ?? 0)] as const,
  );
  return {
    reconnects: after.reconnects - before.reconnects,
    statuses: Object.fromEntries(statuses.filter(([, count]) => count > 0)),
    ...hits(after.cacheHits === undefined ? undefined : after.cacheHits - (before.cacheHits ?? 0)),
  };
}

const hits = (cacheHits: number | undefined) => (cacheHits === undefined ? {} : { cacheHits });

export function sumOfTallies(parts: readonly TallyCounts[]): TallyCounts {
  const sum = new Tally();
  for (const part of parts) sum.add(part);
  return sum.read();
}
