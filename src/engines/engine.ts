/**
 * An engine: how operations are performed and waited for. One function an operation; each answers with the operation's
 * value, throws an `OperationError`, or answers `PENDING` and tells the task's value later in its own way.
 */
import type { Waiter } from '../operations.ts';

export type { Engine, Waiter } from '../operations.ts';

/** The operation has been asked for and is not done yet. */
export const PENDING: unique symbol = Symbol('pending');

/** Tells a waiter that its operation is done: the value, or what went wrong. */
export type Complete = (waiter: Waiter, error: Error | null | undefined, value?: unknown) => void;
