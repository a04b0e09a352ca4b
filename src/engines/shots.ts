/**
 * Entries of io_uring that complete again and again ("multishot"): each completion says whether more will
 * follow. Sources: io_uring_prep_multishot_accept(3), io_uring_prep_recv_multishot(3).
 */
import type { Operation } from '../operations.ts';
import type { Descriptor } from './descriptor.ts';

const CQE_F_MORE = 1 << 1;

/** What such an entry is made of (io_uring_enter(2), `struct io_uring_sqe`). */
export interface RepeatingEntry {
  /** The operation that first asked for it. */
  readonly operation: Operation;
  readonly opcode: number;
  readonly descriptor: Descriptor;
  /** Bits of the entry's first word beside the opcode: its flags from bit 8 on, `ioprio` from bit 16 on. */
  readonly modifiers: number;
  /** The flags of the system call itself. */
  readonly flags: number;
  /** The group of provided buffers that it takes from; -1 if it needs none. */
  readonly group: number;
}

/** Called with each completion: the result as the system call would return it, and the completion's flags. */
export type Shot = (result: number, flags: number) => void;

export interface Shots {
  /** Submits the entry. Returns its user data, which is its own until a completion without more. */
  arm(entry: RepeatingEntry, shot: Shot): number;
  /** Cancels it: completions may still come, and the last of them says that there are no more. */
  disarm(userData: number): void;
}

/** Whether the entry will complete again. */
export const hasMore = (flags: number): boolean => (flags & CQE_F_MORE) !== 0;
