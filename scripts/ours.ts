/** One trial of a cell of ours, as `iobench run` measures it. */

import { models } from '../dist/models/index.js';
import { programs } from '../dist/programs/index.js';
import { sentenceOf } from '../dist/reasons.js';
import type { MeasuredTrial } from '../dist/result.js';
import { findNamed, parseParam, planModel, planParams } from '../dist/run/plan.js';
import { createFixtures } from '../dist/run/processes/fixtures.js';
import { runTrials } from '../dist/run/processes/measured-process.js';
import { runServerTrials } from '../dist/run/server/server-trials.js';

import { workloads } from '../dist/workloads/index.js';

export const fixtures = createFixtures();
const never = new AbortController().signal;

/** As the preset `standard` has it. */
const LONGEST_WARMUP_NS = 3e9;

export interface OurCell {
  /** Or a program in its place. */
  readonly model: string;
  readonly workload: string;
  readonly concurrency: number;
  readonly params?: readonly string[];
  readonly threads?: number;
  readonly seconds?: number;
  readonly warmupSeconds?: number;
}

/** What the workload prepared: a file, a server's address. */
export async function fixtureOf({ workload, params = [] }: Pick<OurCell, 'workload' | 'params'>) {
  const found = findNamed('workload', workloads, workload);
  const [chosen = {}] = planParams(found, params.map(parseParam));
  const fixture = await fixtures.get({ workload: found, reference: { name: workload } }, chosen);
  return { chosen, fixture, value: fixture.value };
}

/** @throws Error with the reason, if it cannot be measured here. */
export async function measureOurs(cell: OurCell): Promise<MeasuredTrial> {
  const { model, workload, concurrency, params = [], threads, seconds = 1, warmupSeconds = 0.3 } = cell;
  const { chosen, fixture } = await fixtureOf(cell);
  const contender = findNamed('model', [...models, ...programs], model);
  const [modelParams = {}] = planModel(contender, params.map(parseParam)).params;
  const plan = {
    cell: {
      model,
      workload,
      params: chosen,
      load: { kind: 'closed', concurrency },
      modelParams,
      ...(threads ? { threads } : {}),
    },
    workload: { name: workload },
    fixture: fixture.value,
    trial: 1,
    seed: 1,
    warmupNs: warmupSeconds * 1e9,
    longestWarmupNs: LONGEST_WARMUP_NS,
    durationNs: seconds * 1e9,
    maxInFlight: 10_000,
  } as const;
  const options = { fixture, timeLimitNs: 120e9, signal: never, directory: fixtures.directory };
  const runThem = findNamed('workload', workloads, workload).serve ? runServerTrials : runTrials;
  const { value: record } = await runThem([plan], options).next();
  if (record?.status === 'measured') return record;
  throw new Error(record === undefined ? 'interrupted' : sentenceOf(record.reason));
}

export const perSecond = ({ completed, windowNs }: MeasuredTrial): number => (completed / windowNs) * 1e9;
export const cpuNsPerRequest = ({ completed, cpu }: MeasuredTrial): number =>
  (cpu.userNs + cpu.systemNs) / completed;
