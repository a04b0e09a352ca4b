/** Waiting to receive from a socket of Node's. */
import { PENDING } from './engine.ts';
import { timedOut } from './timers.ts';

/** Whoever waits is woken when something has come, or when its time is over, and then receives again. */
export class NodeWait {
  private readonly target: string;
  private wake: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isLate = false;

  constructor(target: string) {
    this.target = target;
  }

  /** @throws OperationError `ETIMEDOUT` if that is what it was woken for. */
  begin(withinNs: number, wake: () => void): typeof PENDING {
    if (this.isLate) {
      this.isLate = false;
      throw timedOut(this.target);
    }
    this.wake = wake;
    if (withinNs !== Number.POSITIVE_INFINITY) this.timer = setTimeout(() => this.expire(), withinNs / 1e6);
    return PENDING;
  }

  /** Something has come, or nothing can come any more. */
  end(): void {
    clearTimeout(this.timer);
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  private expire(): void {
    this.isLate = true;
    this.end();
    this.isLate = false;
  }
}
