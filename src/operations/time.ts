/** Operations that take time, and nothing else: without a CPU, or with one. */
import type { Engine, Waiter } from '../operations.ts';
import { Step } from './step.ts';

export class Sleep extends Step<void> {
  declare readonly kind: 'sleep';
  declare readonly durationNs: number;
  constructor(durationNs: number) {
    super();
    this.kind = 'sleep';
    this.durationNs = durationNs;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.sleep(this, waiter);
  }
}

/**
 * Node's timers fire at once if they are set further ahead: a longer sleep would end early under some models,
 * and never under others.
 */
const LONGEST_SLEEP_NS = (2 ** 31 - 1) * 1e6;

/** @throws RangeError, naming the operation, for what no engine can wait for. */
export function requireDuration(operation: string, durationNs: number): void {
  if (durationNs >= 0 && durationNs <= LONGEST_SLEEP_NS) return;
  throw new RangeError(
    `${operation}(${durationNs}): a duration is a number of nanoseconds from 0 to ${LONGEST_SLEEP_NS} (24 days)`,
  );
}

/**
 * Lets time pass without using a CPU.
 * @throws RangeError if the duration is not a number of nanoseconds from 0 to 2^31 - 1 milliseconds (24
 * days), under every model alike.
 */
export function sleep(durationNs: number): Sleep {
  requireDuration('sleep', durationNs);
  return new Sleep(durationNs);
}

export class Compute extends Step<void> {
  declare readonly kind: 'compute';
  declare readonly bytes: number;
  constructor(bytes: number) {
    super();
    this.kind = 'compute';
    this.bytes = bytes;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.compute(this, waiter);
  }
}

/** Keeps the CPU busy with a fixed amount of work, however long that takes: `bytes` of input to SHA-256. */
export const compute = (bytes: number): Compute => new Compute(bytes);
