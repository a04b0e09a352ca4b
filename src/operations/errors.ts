/** How operations fail. */
import type { OperationKind } from '../operations.ts';

/**
 * Thrown if an engine cannot do something by its nature, or a workload on this system: a cell whose `prepare`
 * or whose every request throws it is `unsupported`, with this sentence, and not failed.
 */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** A failed operation: the system's code (`ECONNREFUSED`), the operation, and its target. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: string;
  readonly operation: OperationKind;
  readonly target: string;
  constructor(operation: OperationKind, code: string, target: string, cause?: unknown) {
    super(`${code}: ${operation} ${target}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.operation = operation;
    this.target = target;
  }
}
