/** How many requests completed and failed, in the window and while it drained. */
import type { MeasuredTrial } from '../../result.ts';
import type { EndedRequest, RequestObserver } from './observer.ts';
import type { Stage } from './stages.ts';

export class RequestCounts implements RequestObserver {
  /** Failed requests by error code: in the window, and while it drained. */
  readonly errors = new Map<string, number>();
  completed = 0;
  failed = 0;
  /** Of those that were in the system as it closed. */
  drained = 0;
  failedDraining = 0;
  /** The latencies of requests that failed in the window. */
  failedNs = 0;
  /** Requests that ended before one that had begun earlier. */
  reordered = 0;
  lastSequence = -1;

  /** Those that complete in the open window are counted by the window itself. */
  ended(request: EndedRequest, stage: Stage): void {
    const { errorCode } = request;
    if (stage === 'closed') this.drain(errorCode);
    else if (stage === 'open' && errorCode !== undefined) this.fail(errorCode, request);
  }

  read(): Pick<MeasuredTrial, 'completed' | 'failed' | 'errors' | 'reorderedShare'> {
    const { completed, failed, errors, reordered } = this;
    return {
      completed,
      failed,
      errors: Object.fromEntries(errors),
      reorderedShare: completed === 0 ? 0 : reordered / completed,
    };
  }

  private fail(errorCode: string, { intendedNs, endedNs }: EndedRequest): void {
    this.failed++;
    this.failedNs += endedNs - intendedNs;
    this.countError(errorCode);
  }

  private drain(errorCode: string | undefined): void {
    if (errorCode === undefined) this.drained++;
    else {
      this.failedDraining++;
      this.countError(errorCode);
    }
  }

  private countError(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }
}
