/** What requests count besides themselves: how often a connection had to be made anew, and which answers were not simply well. */

/** As plain data, for another thread. */
export interface TallyCounts {
  readonly reconnects: number;
  /** Answers by their status, where that is none of 2xx. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** One for all clients of a thread. */
export class Tally {
  private reconnects = 0;
  private readonly statuses = new Map<string, number>();
  private isEmpty = true;

  /** A connection had ended, and the next request made a new one. */
  reconnected(): void {
    this.isEmpty = false;
    this.reconnects++;
  }

  /** An answer has come. Those with a status of 2xx are not counted: they are what was asked for. */
  answered(status: number): void {
    if (status >= 200 && status < 300) return;
    this.addStatus(String(status), 1);
  }

  /** Adds what was counted in another thread. */
  add({ reconnects, statuses }: TallyCounts): void {
    this.isEmpty = false;
    this.reconnects += reconnects;
    for (const [status, count] of Object.entries(statuses)) this.addStatus(status, count);
  }

  read(): TallyCounts {
    return { reconnects: this.reconnects, statuses: Object.fromEntries(this.statuses) };
  }

  /** What was counted since it was last taken, if anything was; from now on it counts from zero. */
  take(): TallyCounts | undefined {
    if (this.isEmpty) return undefined;
    const counts = this.read();
    this.isEmpty = true;
    this.reconnects = 0;
    this.statuses.clear();
    return counts;
  }

  private addStatus(status: string, count: number): void {
    this.isEmpty = false;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
  }
}

/** What was counted between two readings. */
export function tallyBetween(before: TallyCounts, after: TallyCounts): TallyCounts {
  const statuses = Object.entries(after.statuses).map(([status, count]) => [status, count - (before.statuses[status] ?? 0)] as const);
  return { reconnects: after.reconnects - before.reconnects, statuses: Object.fromEntries(statuses.filter(([, count]) => count > 0)) };
}

export function sumOfTallies(parts: readonly TallyCounts[]): TallyCounts {
  const sum = new Tally();
  for (const part of parts) sum.add(part);
  return sum.read();
}
