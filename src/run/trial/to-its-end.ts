import { blocking } from '../../engines/blocking.ts';
import type { Steps } from '../../operations.ts';
import type { Form } from '../../workloads/workload.ts';

const nobody = {};

/**
 * Completes what a workload's function began (steps, a promise, or `undefined`), on a thread that blocks
 * meanwhile.
 * @returns the promise of an async function.
 */
export function toItsEnd(form: Form, begun: unknown): unknown {
  if (form !== 'operations' || begun === undefined) return begun;
  const steps = begun as Steps;
  let step = steps.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = step.value.performBy(blocking, nobody);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value as never);
  }
  return step.value;
}
