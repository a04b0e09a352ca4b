/**
 * Trials of servers: for each, the model serves in a process of its own, or a program in its place, and a
 * measured process sends the requests. Throughput and latency are the clients'; what was used is the server's.
 */
import { models } from '../../models/index.ts';
import type { Model } from '../../models/model.ts';
import { UnsupportedError } from '../../operations.ts';
import { programs } from '../../programs/index.ts';
import { counted, plural } from '../../quantity.ts';
import type { Reason } from '../../reasons.ts';
import type { CellSpec, MeasuredTrial, RefusedTrial, TrialRecord } from '../../result.ts';
import { disturbed } from '../disturbing.ts';
import { placeOf } from '../placement.ts';
import { inOneLine } from '../processes/in-one-line.ts';
import type { TrialOptions } from '../processes/measured-process.ts';
import { within } from '../processes/within.ts';
import type { TrialPlan } from '../trial/cell.ts';
import { requestsAtOnce } from '../trial/trial-load.ts';
import { failedTrial } from '../trial-record.ts';
import type { ServerAccounts, ServerUse } from './accounts.ts';
import { type ClientAsked, loadByClient, type SentByClient } from './client-trial.ts';
import { generatorPlan, type Sent, sendRequests } from './generators.ts';
import { startProgramServer } from './program-server.ts';
import {
  connectionsFailure,
  doConnectionsAddUp,
  mainThreadOf,
  type ServerReadings,
  servedTrial,
  usedTrial,
} from './served-trial.ts';
import type { ServerPlan } from './server-plan.ts';
import { type RunningServer, type ServerProcess, startServer } from './server-process.ts';

/** A stopped server answers when it continues, and may never continue. */
const READ_LIMIT_MS = 1_000;
/** Connections that the clients have closed end on the server's side a little later. */
const SETTLE_LIMIT_MS = 1_000;
const LOOK_MS = 10;

/** Programs get folders of their own in the run's. */
export interface ServerTrialOptions extends TrialOptions {
  readonly directory: string;
  /** What loads the server besides, after the window. */
  readonly client?: ClientAsked | undefined;
}

/** Yields the record of each load; ends early if it is interrupted. */
export async function* runServerTrials(
  plans: readonly TrialPlan[],
  options: ServerTrialOptions,
): AsyncGenerator<TrialRecord> {
  for (const plan of plans) {
    const record = await disturbed(plan, options, (watched) => runServerTrial(plan, watched));
    if (record === undefined) return;
    yield record;
    if (options.signal.aborted) return;
  }
}

/** Of the model that the cell names, or of the program in its place. */
async function runServerTrial(
  plan: TrialPlan,
  options: ServerTrialOptions,
): Promise<TrialRecord | undefined> {
  const { signal, output, directory } = options;
  const start = { plan: serverPlan(plan), signal, place: placeOf(options, 'measured'), output };
  const program = programs.find(({ name }) => name === plan.cell.model);
  return program
    ? serve(plan, () => startProgramServer({ ...start, program, directory }), programSide, options)
    : serve(plan, () => startServer(start), modelSide, options);
}

/** What the clients measured of a server, and what that used meanwhile. */
interface Loaded<Use> extends Sent {
  readonly open: Use | undefined;
  readonly closed: Use | undefined;
}
/** What is different where a model serves, and where a program does. */
interface Side<Server, Use> {
  judge(plan: TrialPlan, server: Server, loaded: Loaded<Use>): Promise<TrialRecord>;
  /** Why the connections do not add up, those of another client included; `undefined` if they do. */
  whyNotWhole(record: MeasuredTrial, server: Server, sent: SentByClient): Promise<string | undefined>;
}

async function serve<Use extends ServerUse, Server extends RunningServer<Use>>(
  plan: TrialPlan,
  start: () => Promise<Server>,
  side: Side<Server, Use>,
  options: ServerTrialOptions,
): Promise<TrialRecord | undefined> {
  let server: Server;
  try {
    server = await start();
  } catch (error) {
    if (options.signal.aborted) return undefined;
    return unserved(plan, error);
  }
  try {
    const loaded = await load<Use>(plan, server, options);
    const record = loaded && (await side.judge(plan, server, loaded));
    return record?.status === 'measured' && options.client
      ? await loadedBesides(plan, server, record, side, { ...options, client: options.client })
      : record;
  } finally {
    await server.stop();
  }
}

/**
 * The record with what another client measured of the same server. What that did wrong is a note: it came
 * after the measurement.
 */
async function loadedBesides<Use extends ServerUse, Server extends RunningServer<Use>>(
  plan: TrialPlan,
  server: Server,
  record: MeasuredTrial,
  { whyNotWhole }: Side<Server, Use>,
  options: TrialOptions & { readonly client: ClientAsked },
): Promise<TrialRecord> {
  const { cell, trial } = plan;
  const { client } = options;
  const program = client.program.name;
  const sent = await loadByClient(client, plan, server, options);
  // What was measured before the interruption is whole.
  if (sent === undefined) return record;
  if (server.ending !== undefined)
    return failedTrial(cell, trial, `${server.ending}, while ${program} loaded it`);
  if ('problem' in sent)
    return noted(record, { code: 'other-client-failed', values: { program, why: sent.problem } });
  const loaded = { ...record, otherClient: sent.figures };
  const why = await whyNotWhole(record, server, sent);
  return why === undefined
    ? loaded
    : noted(loaded, { code: 'other-client-connections', values: { program, why } });
}

const noted = (record: MeasuredTrial, note: Reason): MeasuredTrial => ({
  ...record,
  notes: [...(record.notes ?? []), note],
});

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

/** `undefined` if it was interrupted. */
async function load<Use extends ServerUse>(
  plan: TrialPlan,
  server: RunningServer<Use>,
  options: TrialOptions,
): Promise<Loaded<Use> | undefined> {
  const { cell } = plan;
  const readings: Partial<Record<'open' | 'closed', Promise<Use | undefined>>> = {};
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
  return sent && { ...sent, open: await readings.open, closed: await readings.closed };
}

/** The record of who sent the requests, with the figures of the model that served them. */
const modelTrial: Side<ServerProcess, ServerAccounts>['judge'] = async ({ cell, trial }, server, loaded) => {
  const { record, generators, open, closed } = loaded;
  if (record.status === 'failed' && server.refusal !== undefined)
    return { kind: 'trial', cell, trial, status: 'unsupported', reason: server.refusal };
  if (record.status !== 'measured') return { ...record, cell, ...(await whatItServed(record, server)) };
  const last = await settled(server, record.connectionsMade);
  if (!open || !closed || !last) return unread(cell, trial, server);
  const all: ServerReadings = { open, closed, last };
  const failure = connectionsFailure(record, all);
  if (failure !== undefined) return failedTrial(cell, trial, failure);
  const mainThread = mainThreadOf(models.find(({ name }) => name === cell.model) as Model);
  const { firstFailure } = server;
  return servedTrial({ cell, record, generators, readings: all, mainThread, firstFailure });
};

/** The same of a program, which reports nothing of its connections, nor where its threads' time goes. */
const programTrial: Side<RunningServer, ServerUse>['judge'] = async ({ cell, trial }, server, loaded) => {
  const { record, generators, open, closed } = loaded;
  if (record.status !== 'measured') return { ...record, cell };
  if (!open || !closed) return unread(cell, trial, server);
  return usedTrial({ cell, record, generators, readings: { open, closed } });
};

const modelSide: Side<ServerProcess, ServerAccounts> = {
  judge: modelTrial,
  async whyNotWhole(record, server, { connectionsMade, figures: { errors } }) {
    const made = (record.connectionsMade ?? 0) + connectionsMade;
    const last = await settled(server, made);
    if (last === undefined) return 'the server did not report its connections';
    // A connection that failed was made again.
    const isKnown = errors === 0 && record.connectionsMade !== undefined;
    const all = { connectionsMade: isKnown ? made : undefined, unfinished: record.unfinished };
    if (doConnectionsAddUp(all, { last })) return undefined;
    return `${JSON.stringify(last.connections)} of ${made}, if it has connected no more than once`;
  },
};

/** A program does not report its connections. */
const programSide: Side<RunningServer, ServerUse> = {
  judge: programTrial,
  whyNotWhole: async () => undefined,
};

const unread = (cell: CellSpec, trial: number, { ending }: Pick<RunningServer, 'ending'>): RefusedTrial =>
  failedTrial(cell, trial, ending ?? 'the server did not report what it had used');

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
const read = <Use extends ServerUse>(server: RunningServer<Use>): Promise<Use | undefined> =>
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
