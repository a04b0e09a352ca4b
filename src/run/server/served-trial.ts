/** The record of a trial of a server: what its clients measured, and what it used meanwhile. Pure. */
import type { Model } from '../../models/model.ts';
import type { CellSpec, MachineUsage, MeasuredTrial, ThreadTime } from '../../result.ts';
import { usedBetween } from '../machine/process-accounts.ts';
import { threadShares } from '../machine/thread-accounts.ts';
import type { PeerUsage } from '../processes/peers.ts';
import type { ServerAccounts, ServerUse } from './accounts.ts';

/** As the window opened, as it closed, and when the clients had left. */
export interface ServerReadings {
  readonly open: ServerAccounts;
  readonly closed: ServerAccounts;
  readonly last: ServerAccounts;
}

/**
 * What it means that a server's main thread has no CPU: that it waits for whatever comes first, always, or as
 * far as its loop reports that; nothing, where other threads serve.
 */
export type MainThread = 'waits' | 'reports' | 'serves-nobody';

/** Node's loop, where libuv's threads do the files, has no other call that blocks. */
export function mainThreadOf({
  isElsewhere,
  loops,
  filesOnPool,
}: Pick<Model, 'isElsewhere' | 'loops' | 'filesOnPool'>): MainThread {
  if (isElsewhere || loops !== undefined) return 'serves-nobody';
  return filesOnPool ? 'waits' : 'reports';
}

/** Of any server. */
export interface Used {
  readonly cell: CellSpec;
  /** What the clients measured. */
  readonly record: MeasuredTrial;
  /** What each process that sent the requests used over its window. */
  readonly generators: readonly PeerUsage[];
  /** As the window opened, and as it closed. */
  readonly readings: { readonly open: ServerUse; readonly closed: ServerUse };
}

/** Of a model that serves. */
export interface Served extends Used {
  readonly readings: ServerReadings;
  readonly mainThread: MainThread;
  /** Why the first session failed. */
  readonly firstFailure?: string | undefined;
}

/** What the clients measured, with what any server used. A generator is a peer like any other. */
export function usedTrial({ cell, record, generators, readings: { open, closed } }: Used): MeasuredTrial {
  const {
    idleCpuShare: _idle,
    submit: _submit,
    dispatch: _dispatch,
    pacingCpuNs: _pacing,
    threadTime: _senders,
    threads: _sending,
    bytes,
    machine,
    ...rest
  } = record;
  // Both readings are a little late, and not by the same time.
  const scale = record.windowNs / Math.max(1, closed.wallNs - open.wallNs);
  const { apartCpuNs: _accounts, ...used } = usedBetween(open, closed, scale);
  return {
    ...rest,
    cell,
    ...used,
    ...(machine
      ? { machine: { ...machine, otherShare: otherShareOf(machine, used.cpu, { record, generators }) } }
      : {}),
    ...(bytes ? { bytes: { in: bytes.out, out: bytes.in } } : {}),
    peers: [...record.peers, ...generators],
  };
}

/** The same, with the main thread's time and the connections, which a model that serves knows. */
export function servedTrial(served: Served): MeasuredTrial {
  const { mainThread, firstFailure } = served;
  const { open, closed, last } = served.readings;
  const trial = usedTrial(served);
  return {
    ...trial,
    ...(mainThread === 'serves-nobody'
      ? {}
      : { threadTime: threadTimeOf(open, closed, trial.cpu, mainThread) }),
    connections: {
      ...last.connections,
      open: Math.max(0, last.connections.open),
      ...(firstFailure === undefined ? {} : { firstFailure }),
      acceptedInWindow: closed.connections.accepted - open.connections.accepted,
      openAtClose: Math.max(0, closed.connections.open),
      listenOverflows: Math.max(0, closed.listenOverflows - open.listenOverflows),
    },
  };
}

const sumOfCpu = ({ userNs, systemNs }: MeasuredTrial['cpu']): number => userNs + systemNs;

/**
 * What processes used that have nothing to do with the measurement. The record took only one that sent
 * requests for its own: not the others, nor the server.
 */
function otherShareOf(
  { otherShare, cpuTimeNs }: MachineUsage,
  server: MeasuredTrial['cpu'],
  { record, generators }: Pick<Used, 'record' | 'generators'>,
): number {
  const sendersNs = generators.reduce((sum, { cpuNs }) => sum + cpuNs, 0);
  const oursNs = sumOfCpu(server) + sendersNs - sumOfCpu(record.cpu);
  return Math.max(0, otherShare - oursNs / cpuTimeNs);
}

/**
 * The main thread's time. Its CPU time is divided into user and system as that of the process is; without a
 * CPU it waited for whatever came first, or was blocked in one call.
 */
function threadTimeOf(
  open: ServerAccounts,
  closed: ServerAccounts,
  { userNs, systemNs }: MeasuredTrial['cpu'],
  mainThread: MainThread,
): ThreadTime {
  const main = (key: keyof ServerAccounts['mainThread']) => closed.mainThread[key] - open.mainThread[key];
  const wallNs = closed.wallNs - open.wallNs;
  const userShare = userNs + systemNs > 0 ? userNs / (userNs + systemNs) : 0;
  const onCpuNs = Math.min(wallNs, main('onCpuNs'));
  return threadShares(
    {
      wallNs,
      userNs: onCpuNs * userShare,
      systemNs: onCpuNs * (1 - userShare),
      runnableNs: main('runnableNs'),
    },
    { waitingNs: mainThread === 'waits' ? Number.POSITIVE_INFINITY : main('waitedNs'), idleNs: 0 },
  );
}

/** Whether every connection that was made is in exactly one figure. */
export function doConnectionsAddUp(
  { connectionsMade, unfinished }: Pick<MeasuredTrial, 'connectionsMade' | 'unfinished'>,
  { last: { connections } }: Pick<ServerReadings, 'last'>,
): boolean {
  const { accepted, served, failed, open } = connections;
  const isWhole = accepted === served + failed + open && open >= 0;
  // Requests that nobody waits for any longer may be on connections that nobody has accepted.
  const isAll = connectionsMade === undefined || unfinished > 0 || accepted === connectionsMade;
  return isWhole && isAll;
}

/** A sentence about connections that are in no figure, or in two; `undefined` if all add up. */
export function connectionsFailure(
  record: MeasuredTrial,
  readings: Pick<ServerReadings, 'last'>,
): string | undefined {
  if (doConnectionsAddUp(record, readings)) return undefined;
  return (
    'connections do not add up, which is a fault of iobench: ' +
    `${JSON.stringify(readings.last.connections)} of ${record.connectionsMade} that the clients made`
  );
}
