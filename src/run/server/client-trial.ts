/**
 * The same load by another program: sent to a server when iobench's own clients have left it, so that none of
 * it is in their figures.
 */
import type { OtherClient } from '../../result.ts';
import { cpuNsOfTree } from '../machine/process-tree.ts';
import { type Places, placeOf } from '../placement.ts';
import { type OtherProgram, startOtherProgram } from '../processes/other-program.ts';
import { within } from '../processes/within.ts';
import type { TrialPlan } from '../trial/cell.ts';
import { requestsAtOnce } from '../trial/trial-load.ts';
import type { ServerUse } from './accounts.ts';
import type { InstalledClient } from './installed-client.ts';
import type { RunningServer } from './server-process.ts';

/** What loads a server, and what that asks for. */
export interface ClientAsked extends InstalledClient {
  readonly path: string;
}

export interface ClientOptions extends Places {
  readonly signal: AbortSignal;
}

/** It may wait for answers that never come. */
const LATE_MS = 10_000;
const READ_LIMIT_MS = 500;
/** When CPU time is read, of the time that it sends: far from its end, where it has no account any more. */
const [FIRST_READ_AT, LAST_READ_AT] = [0.1, 0.6];
/** What is kept of what a program prints that has no figures. */
const LONGEST_REASON = 200;

export interface SentByClient {
  readonly figures: OtherClient;
  /** How many connections it made; at least so many, if some of them failed. */
  readonly connectionsMade: number;
}

/** Why there are no figures, or them; `undefined` if it was interrupted. */
export async function loadByClient(
  { program, file, version, path }: ClientAsked,
  { cell, durationNs }: Pick<TrialPlan, 'cell' | 'durationNs'>,
  server: RunningServer,
  options: ClientOptions,
): Promise<SentByClient | { readonly problem: string } | undefined> {
  const { host, port } = server.address;
  const connections = requestsAtOnce(cell.load);
  const seconds = program.secondsOf(durationNs);
  const { generators = 1 } = cell;
  const load = {
    url: `http://${host}:${port}${path}`,
    connections,
    // Each of its threads has as many connections as the others.
    threads: connections % generators === 0 ? generators : 1,
    seconds,
  };
  const place = placeOf(options, 'generators');
  const { signal } = options;
  const started = startOtherProgram({
    file,
    words: program.words(load),
    place,
    limitMs: seconds * 1e3 + LATE_MS,
    signal,
  });
  const usage = watchUsage(started, server, seconds * 1e3);
  const { how, code, printed } = await started.ended;
  const shares = await usage;
  if (signal.aborted) return undefined;
  const figures = program.read(printed);
  if (code !== 0 || figures === undefined) return { problem: `it ended (${how})${lastLineOf(printed)}` };
  const { throughputPerSecond, p50Ns, p99Ns, errors } = figures;
  return {
    figures: {
      program: program.name,
      version,
      connections,
      threads: load.threads,
      seconds,
      throughputPerSecond,
      ...(p50Ns === undefined ? {} : { p50Ns }),
      ...(p99Ns === undefined ? {} : { p99Ns }),
      errors,
      ...shares,
    },
    connectionsMade: program.connectionsMade(load),
  };
}

type Shares = Pick<OtherClient, 'cpuShare' | 'serverCpuShare'>;

/** What both used while it sent; left out what cannot be read, as of one that ends before. */
async function watchUsage(
  { pid, ended }: OtherProgram,
  server: RunningServer,
  lastsMs: number,
): Promise<Shares> {
  const read = async () => ({
    atNs: performance.now() * 1e6,
    clientNs: pid === undefined ? 0 : cpuNsOfTree(pid),
    server: await within<ServerUse | undefined>(READ_LIMIT_MS, server.read()),
  });
  const endsWithin = async (ms: number) => (await within(ms, ended)) !== undefined;
  if (await endsWithin(FIRST_READ_AT * lastsMs)) return {};
  const before = await read();
  if (await endsWithin((LAST_READ_AT - FIRST_READ_AT) * lastsMs)) return {};
  const later = await read();
  const usedNs = later.clientNs - before.clientNs;
  return {
    // One that has ended has no account.
    ...(usedNs > 0 ? { cpuShare: usedNs / (later.atNs - before.atNs) } : {}),
    ...(before.server && later.server ? { serverCpuShare: shareBetween(before.server, later.server) } : {}),
  };
}

function shareBetween(before: ServerUse, later: ServerUse): number {
  const cpuNs = later.userNs + later.systemNs - before.userNs - before.systemNs;
  return Math.max(0, cpuNs / Math.max(1, later.wallNs - before.wallNs));
}

/** After a colon; nothing if it has printed nothing. */
function lastLineOf(printed: string): string {
  const line = printed.trim().split('\n').at(-1)?.trim();
  return line ? `: ${line.slice(0, LONGEST_REASON)}` : '';
}
