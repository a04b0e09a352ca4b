/**
 * What a server's process has used so far, read by a thread of its own: the server itself may be blocked, or
 * in a loop that never comes back.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { accountOfThread, schedstat } from '../../engines/thread-usage.ts';
import { nowNs } from '../../load/clock.ts';
import { type ProcessAccounts, readProcessAccounts } from '../machine/process-accounts.ts';
import type { Connections, SessionCounts } from './session-counts.ts';

/** What any server has used, and when that was read. */
export interface ServerUse extends ProcessAccounts {
  readonly wallNs: number;
}

/** Of a model that serves. The thread of accounts is the one that is kept apart. */
export interface ServerAccounts extends ServerUse {
  /** The main thread: on a CPU, and ready to run without one (/proc/PID/schedstat), nanoseconds. */
  readonly mainThread: { readonly onCpuNs: number; readonly runnableNs: number; readonly waitedNs: number };
  readonly connections: Connections;
  /**
   * Connections that the kernel dropped because a queue of connections was full, of all servers here
   * (/proc/net/netstat).
   */
  readonly listenOverflows: number;
}

/** `ownThread` is the number of the thread that calls. */
export function readAccounts(counts: SessionCounts, ownThread: number): ServerAccounts {
  return {
    wallNs: nowNs(),
    ...readProcessAccounts(accountOfThread(ownThread), 1),
    mainThread: {
      ...(schedstat(process.pid) ?? { onCpuNs: 0, runnableNs: 0 }),
      waitedNs: counts.waitedNs[0] as number,
    },
    connections: counts.read(),
    listenOverflows: readListenOverflows(),
  };
}

/** `TcpExt:` stands twice: the names, then the figures. */
function readListenOverflows(): number {
  const [names = '', figures = ''] = readFileSync('/proc/net/netstat', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'));
  const at = names.split(' ').indexOf('ListenOverflows');
  return at < 0 ? 0 : Number(figures.split(' ')[at]);
}
