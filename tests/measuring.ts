/** Measuring with the code that ships: the runner from `dist/`, one call for one workload under one model. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LoadSpec, MeasuredTrial, StoryRecord, TrialRecord } from '../src/result.ts';
import type { Contender } from '../src/run/plan.ts';
import type { Fixture, Fixtures } from '../src/run/processes/fixtures.ts';
import type { RunPlan } from '../src/run/runner.ts';
import type { Workload, WorkloadReference } from '../src/workloads/workload.ts';
import { compiledUrl, load } from './compiled.ts';

const { measure } = await load<typeof import('../src/run/runner.ts')>('run/runner.js');
const { planCells, planParams } = await load<typeof import('../src/run/plan.ts')>('run/plan.js');
const { loadWorkloadFile } =
  await load<typeof import('../src/workloads/load-file.ts')>('workloads/load-file.js');
export const { createFixtures } =
  await load<typeof import('../src/run/processes/fixtures.ts')>('run/processes/fixtures.js');
export const { models } = await load<typeof import('../src/models/index.ts')>('models/index.js');
export const { workloads } = await load<typeof import('../src/workloads/index.ts')>('workloads/index.js');
const { presets } = await load<typeof import('../src/run/presets.ts')>('run/presets.js');

/** Parameters that keep a test short, as the smoke preset has them. */
const toySize = presets.find(({ name }) => name === 'smoke')?.params ?? {};

export interface Measuring {
  readonly model: Contender;
  readonly workload: Workload;
  readonly fixtures: Fixtures;
  readonly reference?: WorkloadReference;
  readonly params?: Readonly<Record<string, string>>;
  readonly concurrencies?: readonly number[];
  readonly threads?: number;
  readonly generators?: number;
  readonly plan?: Partial<RunPlan>;
  /** What is seen on the way through a network. */
  readonly observed?: (story: StoryRecord) => void;
}

/** What the workload prepares; the test is skipped, with the reason, where its server is not installed. */
export async function fixtureOrSkip(
  { workload, params, fixtures }: Pick<Measuring, 'workload' | 'params' | 'fixtures'>,
  skip: (why: string) => never,
): Promise<Fixture> {
  const [set = {}] = planParams(workload, [], { ...toySize[workload.name], ...params });
  try {
    return await fixtures.get({ workload, reference: { name: workload.name } }, set);
  } catch (error) {
    if ((error as Error).name === 'UnsupportedError') skip((error as Error).message);
    throw error;
  }
}

/** One trial for each concurrency. */
export function measured({ concurrencies = [1], ...measuring }: Measuring): Promise<TrialRecord[]> {
  return measuredUnder(
    concurrencies.map((concurrency) => ({ kind: 'closed', concurrency })),
    measuring,
  );
}

/** One trial under an open load, Poisson. */
export async function measuredOpen({
  ratePerSecond,
  ...measuring
}: Measuring & { readonly ratePerSecond: number }): Promise<TrialRecord> {
  const [record] = await measuredUnder([{ kind: 'open', ratePerSecond, arrivals: 'poisson' }], measuring);
  if (!record) throw new Error('nothing was measured');
  return record;
}

async function measuredUnder(
  loads: readonly LoadSpec[],
  {
    model,
    workload,
    fixtures,
    reference,
    params,
    threads,
    generators,
    plan,
    observed,
  }: Omit<Measuring, 'concurrencies'>,
): Promise<TrialRecord[]> {
  const written = Object.entries(params ?? {}).map(([key, value]) => ({
    owner: workload.name,
    key,
    values: [value],
  }));
  const planned = {
    workload,
    reference: reference ?? { name: workload.name },
    params: planParams(workload, written, toySize[workload.name]),
  };
  const chosen = [{ model, params: [{}] }];
  const cells = planCells({ models: chosen, workloads: [planned], loads, threads, generators });
  const all: RunPlan = {
    cells,
    maxInFlight: 10_000,
    trials: 1,
    seed: 1,
    warmupNs: 10e6,
    longestWarmupNs: 0,
    durationNs: 100e6,
    requests: undefined,
    timeLimitNs: 30e9,
    ...plan,
  };
  const records: TrialRecord[] = [];
  const { signal } = new AbortController();
  for await (const record of measure(all, { fixtures, signal, ...(observed ? { observed } : {}) }))
    records.push(record);
  return records;
}

/** Requests in the system by the time that each was there, over the clients: 1 by Little's law. */
export function littleRatio(trial: MeasuredTrial): number {
  const clients = trial.cell.load.kind === 'closed' ? trial.cell.load.concurrency : Number.NaN;
  return (trial.inFlightMeanByTimes ?? Number.NaN) / clients;
}

/** A workload file of a user's, as it would be written, loaded as it would be. */
export async function workloadFile(
  directory: string,
  name: string,
  text: string,
): Promise<{ workload: Workload; reference: WorkloadReference }> {
  const file = path.join(directory, name);
  writeFileSync(file, text);
  const workload = await loadWorkloadFile(file);
  return { workload, reference: { name: workload.name, file } };
}

/** A peer's module: `serve` is the body of a function of `options` that returns a `net.Server`. */
export function peerFile(directory: string, name: string, server: string): string {
  const file = path.join(directory, name);
  writeFileSync(
    file,
    `import net from 'node:net';
import { servePeer } from ${JSON.stringify(compiledUrl('workloads/peers/peer.js'))};
servePeer(async () => {
  const server = ${server};
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: server.address().port };
});
`,
  );
  return file;
}
