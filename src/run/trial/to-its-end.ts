import { blocking } from '../../engines/blocking.ts';
import { advance } from '../../models/advance.ts';
import type { Walk } from '../../models/proceed.ts';
import type { Operation, Steps } from '../../operations.ts';
import type { Form } from '../../workloads/workload.ts';

/** Steps that a thread performs, blocking. */
class Blocked implements Walk {
  operation: Operation | undefined;
  failure: unknown;
  readonly steps: Steps;
  constructor(steps: Steps) {
    this.steps = steps;
  }
  end(error?: unknown): void {
    this.failure = error;
  }
}

/**
 * Completes what a workload's function began (steps, a promise, or `undefined`), on a thread that blocks
 * meanwhile.
 * @returns the promise of an async function.
 */
export function toItsEnd(form: Form, begun: unknown): unknown {
  if (form !== 'operations' || begun === undefined) return begun;
  const blocked = new Blocked(begun as Steps);
  advance(blocked, blocking, null);
  if (blocked.failure !== undefined) throw blocked.failure;
  return undefined;
}
