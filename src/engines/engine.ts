/**
 * An engine: how operations are performed and waited for. One function an operation; each answers with the operation's
 * value, throws an `OperationError`, or answers `PENDING` and tells the task's value later in its own way.
 */
import type { Operation, OperationKind } from '../operations.ts';

/** The operation has been asked for and is not done yet. */
export const PENDING: unique symbol = Symbol('pending');

/** Whoever waits for an operation. An engine keeps it and hands it back; it never looks inside. */
export type Waiter = object;

export type Engine = {
  readonly [Kind in OperationKind]: (operation: Extract<Operation, { kind: Kind }>, waiter: Waiter) => unknown;
};

/** Tells a waiter that its operation is done: the value, or what went wrong. */
export type Complete = (waiter: Waiter, error: Error | null | undefined, value?: unknown) => void;

type Perform = (operation: Operation, waiter: Waiter) => unknown;

/** Has the engine perform one operation for a waiter. */
export function perform(engine: Engine, operation: Operation, waiter: Waiter): unknown {
  return (engine[operation.kind] as Perform)(operation, waiter);
}
