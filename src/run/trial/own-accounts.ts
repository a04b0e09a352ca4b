/**
 * What this process and its measuring thread used while the window was open, by the kernel's accounts and
 * Node's: apart from what requests took, because others than the measured process keep such accounts, too.
 */
import type { MeasuredTrial } from '../../result.ts';
import { readProcessAccounts, usedBetween } from '../machine/process-accounts.ts';
import { readThreadAccounts, threadShares, threadUsedBetween } from '../machine/thread-accounts.ts';
import type { Alarm } from './alarm.ts';

export interface OwnAccountsOptions {
  /** The model waits in its own calls, not in Node's loop. */
  readonly timesWaits: boolean;
  /** None of the model's calls waits. */
  readonly neverBlocks: boolean;
  /** The thread that keeps the schedule, if there is one: its usage is not the model's. */
  readonly pacing?: Pick<Alarm, 'used'> | undefined;
}

export class OwnAccounts {
  private readonly options: OwnAccountsOptions;
  private before: ReturnType<typeof readAll>;
  private after: ReturnType<typeof readAll>;
  /**
   * The window's time inside calls that wait for whichever answer comes first: with requests in flight, and
   * with none.
   */
  private waitingNs = 0;
  private idleNs = 0;

  constructor(options: OwnAccountsOptions) {
    this.options = options;
    // Read once before it counts: the first reading takes longest, and requests would be late for it.
    this.before = readAll(options);
    this.after = this.before;
  }

  opened(): void {
    this.before = readAll(this.options);
  }

  closed(): void {
    this.after = readAll(this.options);
  }

  /** The model waited in a call for this long, with requests in flight or with none. */
  waited(forNs: number, isIdle: boolean): void {
    if (isIdle) this.idleNs += forNs;
    else this.waitingNs += forNs;
  }

  read(): Pick<
    MeasuredTrial,
    'cpu' | 'contextSwitches' | 'pageFaults' | 'maxRssBytes' | 'threads' | 'pacingCpuNs' | 'threadTime'
  > {
    const { apartCpuNs, ...used } = usedBetween(this.before.process, this.after.process);
    return {
      ...used,
      ...(apartCpuNs === undefined ? {} : { pacingCpuNs: apartCpuNs }),
      ...this.threadTime(),
    };
  }

  private threadTime(): Pick<MeasuredTrial, 'threadTime'> {
    const { thread: before } = this.before;
    const { thread: after } = this.after;
    if (!before || !after) return {};
    const { neverBlocks, timesWaits } = this.options;
    const loopIdleNs = timesWaits ? 0 : after.loopIdleNs - before.loopIdleNs;
    const { waitingNs, idleNs } = this;
    return {
      threadTime: threadShares(threadUsedBetween(before, after), {
        waitingNs: neverBlocks ? Number.POSITIVE_INFINITY : waitingNs + loopIdleNs,
        idleNs,
      }),
    };
  }
}

const readAll = ({ pacing }: Pick<OwnAccountsOptions, 'pacing'>) => ({
  process: readProcessAccounts(pacing?.used()),
  thread: readThreadAccounts(),
});
