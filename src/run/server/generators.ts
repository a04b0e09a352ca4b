/**
 * Sends a server its requests: by one measured process, or by several that share the clients or the schedule,
 * and whose figures are merged like those of loops.
 */
import type { TrialRecord } from '../../result.ts';
import type { LoopResult } from '../loop-result.ts';
import { MeasuredProcess, type TrialOptions } from '../processes/measured-process.ts';
import type { PeerUsage } from '../processes/peers.ts';
import type { TrialPlan } from '../trial/cell.ts';
import { loopPlan } from '../trial/divided.ts';
import { type Outcome, recordOf, watchSurroundings } from '../trial-record.ts';
import { generatorModel } from './generator.ts';
import type { RunningServer } from './server-process.ts';

/** What is sent to a server that listens: by the same model for all. */
export function generatorPlan(
  plan: TrialPlan,
  { pid, address }: Pick<RunningServer, 'pid' | 'address'>,
): TrialPlan {
  const { threads: _threads, modelParams: _own, ...shared } = plan.cell;
  return {
    ...plan,
    cell: { ...shared, model: generatorModel().name },
    fixture: { ...(plan.fixture as object), ...address },
    server: pid === undefined ? {} : { pid },
  };
}

export interface Sent {
  /** What the clients measured, all together. */
  readonly record: TrialRecord;
  /** What each process used over its window. */
  readonly generators: readonly PeerUsage[];
}

/**
 * `undefined` if it was interrupted. Clients stay until all have measured, and `looked` has resolved: one that
 * left early would be missing in the server's figures, and in the load of the others.
 */
export async function sendRequests(
  plan: TrialPlan,
  count: number,
  options: TrialOptions,
  looked: () => Promise<unknown> = async () => {},
): Promise<Sent | undefined> {
  const surroundings = watchSurroundings(options.fixture.peers);
  const turned = firstOf((phase) => {
    surroundings.turned(phase);
    options.turned?.(phase);
  });
  let warm = 0;
  const allWarm = () => {
    if (++warm === count) for (const each of processes) each.begin();
  };
  let done = 0;
  const measured = async () => {
    if (++done < count) return;
    await looked();
    for (const each of processes) each.dismiss();
  };
  const events = { turned: (_: number, phase: 'open' | 'closed') => turned(phase), warm: allWarm, measured };
  const processes = dealt(plan, count).map(
    (part) => new MeasuredProcess([part], { ...options, isGenerator: true }, events),
  );
  const endAll = () => Promise.all(processes.map((each) => each.end()));
  const outcomes = await Promise.all(
    processes.map(async ({ outcomes: [first] }) => {
      const outcome = await first;
      // The others would wait for it.
      if (outcome?.kind !== 'measured') void endAll();
      return outcome;
    }),
  );
  await endAll();
  const outcome = togetherOf(outcomes);
  if (outcome === undefined) return undefined;
  return {
    record: await recordOf(plan, outcome, surroundings, options.fixture),
    generators: outcome.kind === 'measured' ? outcome.loops.map(usageOf) : [],
  };
}

/** What each process sends. */
function dealt(plan: TrialPlan, count: number): TrialPlan[] {
  const { server } = plan;
  if (count === 1 || server === undefined) return [plan];
  return Array.from({ length: count }, (_, number) => ({
    ...loopPlan(plan, number, count),
    server: { ...server, isShared: true },
  }));
}

/** The window of the first process: those of the others open and close at about the same time. */
function firstOf(turned: (phase: 'open' | 'closed') => void) {
  const known = new Set<string>();
  return (phase: 'open' | 'closed') => {
    if (!known.has(phase)) turned(phase);
    known.add(phase);
  };
}

/**
 * What came of all of them: the first that was not measured, or one outcome with the loops of all.
 * `undefined` if they were interrupted.
 */
export function togetherOf(outcomes: readonly (Outcome | undefined)[]): Outcome | undefined {
  const refused = outcomes.find((outcome) => outcome !== undefined && outcome.kind !== 'measured');
  if (refused !== undefined) return refused;
  const measured = outcomes.filter((outcome) => outcome?.kind === 'measured');
  if (measured.length < outcomes.length) return undefined;
  return {
    kind: 'measured',
    loops: measured.flatMap(({ loops }) => loops),
    notes: measured.flatMap(({ notes }) => notes),
  };
}

const usageOf = ({ result: { cpu, windowNs } }: LoopResult, index: number, all: readonly LoopResult[]) => ({
  name: all.length === 1 ? 'generator' : `generator ${index + 1}`,
  cpuNs: cpu.userNs + cpu.systemNs,
  wallNs: windowNs,
});
