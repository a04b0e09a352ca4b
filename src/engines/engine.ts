/**
 * An engine: how operations are performed and waited for. One function per operation; each returns the
 * operation's value, throws an `OperationError`, or returns `PENDING` and reports the value to the task later
 * in its own way.
 */
import type { Waiter } from '../operations.ts';

export type { Engine, Waiter } from '../operations.ts';

/** The operation has been submitted and is not done yet. */
export const PENDING: unique symbol = Symbol('pending');

/** Completes the operation of a waiter: with its value, or its error. */
export type Complete = (waiter: Waiter, error: Error | null | undefined, value?: unknown) => void;
