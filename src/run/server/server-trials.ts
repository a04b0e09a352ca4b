/**
 * Trials of servers: for each, the model serves in a process of its own, and a measured process sends the
 * requests. Throughput and latency are the clients'; what was used is the server's.
 */
import { models } from '../../models/index.ts';
import type { Model } from '../../models/model.ts';
import { UnsupportedError } from '../../operations.ts';
import { counted, plural } from '../../quantity.ts';
import type { MeasuredTrial, RefusedTrial, TrialRecord } from '../../result.ts';
import { disturbed } from '../disturbing.ts';
import { inOneLine } from '../processes/in-one-line.ts';
import type { TrialOptions } from '../processes/measured-process.ts';
import { within } from '../processes/within.ts';
import type { TrialPlan } from '../trial/cell.ts';
import { requestsAtOnce } from '../trial/trial-load.ts';
import { failedTrial } from '../trial-record.ts';
import type { ServerAccounts } from './accounts.ts';
import { generatorPlan, sendRequests } from './generators.ts';
import { connectionsFailure, mainThreadOf, type ServerReadings, servedTrial } from './served-trial.ts';
import type { ServerPlan } from './server-plan.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** A stopped server answers when it continues, and may never continue. */
const READ_LIMIT_MS = 1_000;
/** Connections that the clients have closed end on the server's side a little later. */
const SETTLE_LIMIT_MS = 1_000;
const LOOK_MS = 10;

/** Yields the record of each load; ends early if it is interrupted. */
export async function* runServerTrials(
  plans: readonly TrialPlan[],
  options: TrialOptions,
): AsyncGenerator<TrialRecord> {
  for (const plan of plans) {
    const record = await disturbed(plan, options, (watched) => runServerTrial(plan, watched));
    if (record === undefined) return;
    yield record;
  }
}

async function runServerTrial(plan: TrialPlan, options: TrialOptions): Promise<TrialRecord | undefined> {
  const { signal, output } = options;
  let server: ServerProcess;
  try {
    server = await startServer({ plan: serverPlan(plan), signal, cpus: options.cpus?.measured, output });
  } catch (error) {
    if (signal.aborted) return undefined;
    return unserved(plan, error);
  }
  try {
    return await loaded(plan, server, options);
  } finally {
    await server.stop();
  }
}

export function serverPlan({ cell, workload, fixture, seed }: TrialPlan): ServerPlan {
  // Those of the load, and those that are open beside it.
  const beside = (fixture ?? {}) as { idleConnections?: number; slowClients?: number };
  const connections = requestsAtOnce(cell.load) + (beside.idleConnections ?? 0) + (beside.slowClients ?? 0);
  return { cell, workload, fixture, seed, connections };
}

/** Why no server listened. */
export function unserved({ cell, trial }: TrialPlan, error: unknown): RefusedTrial {
  return error instanceof UnsupportedError
    ? { kind: 'trial', cell, trial, status: 'unsupported', reason: error.message }
    : failedTrial(cell, trial, inOneLine(error));
}

/** The record of who sent the requests, with the server's figures. */
async function loaded(
  plan: TrialPlan,
  server: ServerProcess,
  options: TrialOptions,
): Promise<TrialRecord | undefined> {
  const { cell, trial } = plan;
  const readings: Partial<Record<'open' | 'closed', Promise<ServerAccounts | undefined>>> = {};
  const turned = (phase: 'open' | 'closed') => {
    readings[phase] = read(server);
    options.turned?.(phase);
  };
  const fixture = {
    peers: options.fixture.peers,
    get ending() {
      return server.ending ?? options.fixture.ending;
    },
  };
  // A search for a capacity begins with fewer clients than its cell has.
  const count = Math.min(cell.generators ?? 1, requestsAtOnce(cell.load));
  const looked = () => Promise.all([readings.open, readings.closed]);
  const sent = await sendRequests(
    generatorPlan(plan, server),
    count,
    { ...options, fixture, turned },
    looked,
  );
  if (sent === undefined) return undefined;
  const { record, generators } = sent;
  if (record.status === 'failed' && server.refusal !== undefined)
    return { kind: 'trial', cell, trial, status: 'unsupported', reason: server.refusal };
  if (record.status !== 'measured') return { ...record, cell, ...(await whatItServed(record, server)) };
  const [open, closed] = await Promise.all([readings.open, readings.closed]);
  const last = await settled(server, record.connectionsMade);
  if (!open || !closed || !last)
    return failedTrial(cell, trial, server.ending ?? 'the server did not report what it had used');
  const all: ServerReadings = { open, closed, last };
  const failure = connectionsFailure(record, all);
  if (failure !== undefined) return failedTrial(cell, trial, failure);
  const mainThread = mainThreadOf(models.find(({ name }) => name === cell.model) as Model);
  const { firstFailure } = server;
  return servedTrial({ cell, record, generators, readings: all, mainThread, firstFailure });
}

/**
 * A failure, with what the server was doing: clients that wait for each other to leave look like a server
 * that never answers.
 */
async function whatItServed(
  { status, reason }: RefusedTrial,
  server: ServerProcess,
): Promise<{ reason?: string }> {
  if (status !== 'failed' || typeof reason !== 'string' || server.ending !== undefined) return {};
  const accounts = await read(server);
  if (accounts === undefined)
    return { reason: `${reason}; the server did not report either: it may have been stopped` };
  const { accepted, open } = accounts.connections;
  return {
    reason: `${reason}; the server had accepted ${counted(accepted, 'connection')}, of which ${open} ${plural(open, 'was', 'were')} open`,
  };
}

/** What it has used so far; `undefined` if it does not answer. */
const read = (server: ServerProcess): Promise<ServerAccounts | undefined> =>
  within(READ_LIMIT_MS, server.read());

/** The accounts once every connection that was made has been accepted and is over, or after a second. */
async function settled(
  server: ServerProcess,
  made: MeasuredTrial['connectionsMade'],
): Promise<ServerAccounts | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const accounts = await read(server);
    if (accounts === undefined || waitedMs >= SETTLE_LIMIT_MS) return accounts;
    if (accounts.connections.open === 0 && accounts.connections.accepted >= (made ?? 0)) return accounts;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
