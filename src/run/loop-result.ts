/** What the measured process reports of one loop, and how its loops become the trial's record. */
import { mergeLoops } from '../metrics/index.ts';
import type { MeasuredTrial } from '../result.ts';
import { BINS } from '../stats/bins.ts';
import { encodeCounts } from '../stats/encoded-histogram.ts';
import type { Counts } from '../stats/histogram.ts';
import type { PhaseCounts } from './trial/phases.ts';

/** The histograms that every trial has, and those that some have. */
const ALWAYS = ['latency', 'service', 'lag'] as const satisfies readonly (keyof MeasuredTrial)[];
const SOMETIMES = ['submit', 'unfinishedAge'] as const satisfies readonly (keyof MeasuredTrial)[];
export const HISTOGRAMS = [...ALWAYS, ...SOMETIMES] as const;
type HistogramKey = (typeof HISTOGRAMS)[number];

/** What a trial stores of what was measured, but for what the peers used: that is the runner's to add. */
export type Measured = Omit<MeasuredTrial, 'kind' | 'cell' | 'trial' | 'status' | 'peers'>;

/**
 * The same with its histograms as counts: a library that encodes them would be most of what a measured
 * process has to load.
 */
export type CountedResult = Omit<Measured, HistogramKey | 'phases'> & {
  readonly phases?: readonly PhaseCounts[];
} & {
  readonly [Key in HistogramKey]: undefined extends MeasuredTrial[Key] ? Counts | undefined : Counts;
};

export interface LoopResult {
  readonly result: CountedResult;
  /** What each slot of the timeline counted, where the loop is one of several. */
  readonly slots: readonly Counts[];
}

/** What the loops of a process measured, as a trial stores it. */
export function measuredBy(loops: readonly LoopResult[]): Measured {
  const [only] = loops;
  if (only !== undefined && loops.length === 1) return encoded(only.result);
  const { peers: _, ...whole } = mergeLoops(
    loops.map(({ result, slots }) => ({ ...encoded(result), slots, peers: [] })),
  );
  return whole;
}

function encoded(result: CountedResult): Measured {
  const { latency, service, lag, submit, unfinishedAge, phases, ...rest } = result;
  return {
    ...rest,
    latency: encodeCounts(latency),
    service: encodeCounts(service),
    lag: encodeCounts(lag),
    ...(phases ? { phases: phases.map(({ name, counts }) => ({ name, ...encodeCounts(counts) })) } : {}),
    ...(submit ? { submit: encodeCounts(submit) } : {}),
    ...(unfinishedAge ? { unfinishedAge: encodeCounts(unfinishedAge) } : {}),
  };
}

/**
 * Whether what another process sent can be a loop's result: what is looked at before the whole record is
 * checked.
 */
export function isLoopResult(sent: unknown): sent is LoopResult {
  if (!isObject(sent) || !isObject(sent.result) || !Array.isArray(sent.slots)) return false;
  const { completed, failed, windowNs, errors, notes, ...rest } = sent.result;
  return (
    [completed, failed, windowNs].every(Number.isFinite) &&
    isObject(errors) &&
    Array.isArray(notes) &&
    ALWAYS.every((key) => isCounts(rest[key])) &&
    SOMETIMES.every((key) => rest[key] === undefined || isCounts(rest[key])) &&
    (rest.phases === undefined || (Array.isArray(rest.phases) && rest.phases.every(isPhase))) &&
    sent.slots.every(isCounts)
  );
}

const isPhase = (sent: unknown): boolean =>
  isObject(sent) && typeof sent.name === 'string' && isCounts(sent.counts);

function isCounts(sent: unknown): boolean {
  if (!isObject(sent)) return false;
  const { lowestBin, counts, sumNs } = sent;
  if (!(Number.isInteger(lowestBin) && counts instanceof Uint32Array && Number.isFinite(sumNs))) return false;
  return (
    (lowestBin as number) >= 0 && (sumNs as number) >= 0 && (lowestBin as number) + counts.length <= BINS
  );
}

const isObject = (sent: unknown): sent is Record<string, unknown> =>
  typeof sent === 'object' && sent !== null;
