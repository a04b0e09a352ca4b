/** What a server's process and its threads are given. Plain data. */

import type { CellSpec } from '../../result.ts';
import type { WorkloadReference } from '../../workloads/workload.ts';
import type { ServerAccounts } from './accounts.ts';

export interface ServerPlan {
  readonly cell: Pick<CellSpec, 'model' | 'modelParams' | 'threads'>;
  readonly workload: WorkloadReference;
  readonly fixture: unknown;
  readonly seed: number;
  /** How many connections there will be at once: as many threads, where each has its own. */
  readonly connections: number;
}

/** A server listens here, and nowhere else: its clients are on the same host. */
export const HOST = '127.0.0.1';
/** The most that the kernel lets wait is `net.core.somaxconn`. */
export const BACKLOG = 65_535;

/**
 * The messages of a server's main thread. It receives none while it serves: its loop may be the model's own.
 */
export type ServerMessage =
  | { readonly kind: 'ready'; readonly pid: number }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'session-failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'failed' | 'unsupported'; readonly reason: string };

/** What the thread of accounts is asked, one line of JSON each, and what it answers. */
export type AccountsRequest = { readonly kind: 'read'; readonly id: number } | { readonly kind: 'stop' };
export interface AccountsAnswer {
  readonly id: number;
  readonly accounts: ServerAccounts;
}
/** The descriptor on which they are asked. */
export const ACCOUNTS_FD = 4;
