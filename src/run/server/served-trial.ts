/** The record of a trial of a server: what its clients measured, and what it used meanwhile. Pure. */
import type { CellSpec, MeasuredTrial, ThreadTime } from '../../result.ts';
import type { ServerAccounts } from './accounts.ts';

/** As the window opened, as it closed, and when the clients had left. */
export interface ServerReadings {
  readonly open: ServerAccounts;
  readonly closed: ServerAccounts;
  readonly last: ServerAccounts;
}

/**
 * The generator is a peer like any other: its own figures are stored as one. `firstFailure` is why the first
 * session failed.
 */
export function servedTrial(
  cell: CellSpec,
  record: MeasuredTrial,
  { open, closed, last }: ServerReadings,
  firstFailure?: string,
): MeasuredTrial {
  const {
    idleCpuShare: _idle,
    submit: _submit,
    dispatch: _dispatch,
    pacingCpuNs: _pacing,
    bytes,
    ...rest
  } = record;
  const generator = {
    name: 'generator',
    cpuNs: record.cpu.userNs + record.cpu.systemNs,
    wallNs: record.windowNs,
  };
  // Both readings are a little late, and not by the same time.
  const scale = record.windowNs / Math.max(1, closed.wallNs - open.wallNs);
  const between = (key: Exclude<keyof ServerAccounts, 'mainThread' | 'connections'>) =>
    Math.max(0, closed[key] - open[key]) * scale;
  return {
    ...rest,
    cell,
    cpu: { userNs: between('userNs'), systemNs: between('systemNs') },
    contextSwitches: {
      voluntary: Math.round(between('voluntarySwitches')),
      involuntary: Math.round(between('involuntarySwitches')),
    },
    pageFaults: { minor: Math.round(between('minorFaults')), major: Math.round(between('majorFaults')) },
    maxRssBytes: closed.maxRssBytes,
    threads: closed.threads,
    threadTime: threadTimeOf(open, closed),
    ...(bytes ? { bytes: { in: bytes.out, out: bytes.in } } : {}),
    peers: [...record.peers, generator],
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

/**
 * The main thread's time. Its CPU time is divided into user and system as that of the process is; without a
 * CPU it waited for whatever came first, as far as its loop reports that, and was blocked in one call
 * otherwise.
 */
function threadTimeOf(open: ServerAccounts, closed: ServerAccounts): ThreadTime {
  const wallNs = closed.wallNs - open.wallNs;
  const share = (ns: number) => Math.min(1, Math.max(0, ns / wallNs));
  const main = (key: keyof ServerAccounts['mainThread']) => closed.mainThread[key] - open.mainThread[key];
  const [userNs, systemNs] = [closed.userNs - open.userNs, closed.systemNs - open.systemNs];
  const userShare = userNs + systemNs > 0 ? userNs / (userNs + systemNs) : 0;
  const onCpu = share(main('onCpuNs'));
  const runnable = Math.min(1 - onCpu, share(main('runnableNs')));
  const offCpu = Math.max(0, 1 - onCpu - runnable);
  const waiting = Math.min(offCpu, share(main('waitedNs')));
  return {
    user: onCpu * userShare,
    system: onCpu * (1 - userShare),
    runnable,
    blocked: offCpu - waiting,
    waiting,
    idle: 0,
  };
}

/** A sentence about connections that are in no figure, or in two; `undefined` if all add up. */
export function connectionsFailure(
  { connectionsMade, unfinished }: MeasuredTrial,
  { last: { connections } }: ServerReadings,
): string | undefined {
  const { accepted, served, failed, open } = connections;
  const isWhole = accepted === served + failed + open && open >= 0;
  // Requests that nobody waits for any longer may be on connections that nobody has accepted.
  const isAll = connectionsMade === undefined || unfinished > 0 || accepted === connectionsMade;
  if (isWhole && isAll) return undefined;
  return (
    'connections do not add up, which is a fault of iobench: ' +
    `${JSON.stringify(connections)} of ${connectionsMade} that the clients made`
  );
}
