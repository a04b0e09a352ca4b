import { constants } from 'node:fs';
import type { Connection, File, Listener, OpenOptions, OperationKind } from '../operations.ts';
import { OperationError } from '../operations.ts';

/** A file or a socket, for engines that use descriptors, with its name for error messages. */
export interface Descriptor {
  /** -1 when a socket has been closed: its number may be another's by then. */
  fd: number;
  readonly target: string;
  /** Made by the system's own calls, and so closed by them: Node knows nothing of it. */
  readonly isSocket?: true;
  /** Of UDP: a short receive has taken one datagram, and there may be others. */
  readonly isDatagram?: boolean;
  /** Its place among io_uring's registered files; -1 if it has none. */
  registered?: number;
  /** The round of io_uring's completions in which it was last received from. */
  receivedIn?: number;
}

/** The descriptor behind an opaque handle of the same engine. */
export const descriptorOf = (handle: File | Connection | Listener): Descriptor =>
  handle as unknown as Descriptor;

export const asFile = (descriptor: Descriptor): File => descriptor as unknown as File;

/** The flags of open(2). */
export function openFlags({ access, direct }: OpenOptions): number {
  const mode = { read: constants.O_RDONLY, write: constants.O_WRONLY, 'read-write': constants.O_RDWR }[
    access
  ];
  return direct ? mode | constants.O_DIRECT : mode;
}

/** Adds the operation and its target to an error of Node's `fs` or `net`. */
export function operationError(operation: OperationKind, target: string, cause: unknown): OperationError {
  const code = (cause as { code?: unknown } | null)?.code;
  return new OperationError(operation, typeof code === 'string' ? code : 'UNKNOWN', target, cause);
}
