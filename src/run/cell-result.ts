/** What the measured process reports of a trial, and how it becomes a part of the trial's record. */
import type { MeasuredTrial } from '../result.ts';
import { BINS } from '../stats/bins.ts';
import { encodeCounts } from '../stats/encoded-histogram.ts';
import type { Counts } from '../stats/histogram.ts';

/** The histograms that every trial has, and those that some have. */
const ALWAYS = ['latency', 'service', 'lag'] as const satisfies readonly (keyof MeasuredTrial)[];
const SOMETIMES = ['submit', 'unfinishedAge'] as const satisfies readonly (keyof MeasuredTrial)[];
export const HISTOGRAMS = [...ALWAYS, ...SOMETIMES] as const;
type HistogramKey = (typeof HISTOGRAMS)[number];

/**
 * What the peers used is the runner's to add, and histograms are encoded there: a library for that would be most of what a measured
 * process has to load.
 */
export type CellResult = Omit<MeasuredTrial, 'kind' | 'cell' | 'trial' | 'status' | 'peers' | HistogramKey> & {
  readonly [Key in HistogramKey]: undefined extends MeasuredTrial[Key] ? Counts | undefined : Counts;
};

/** The same with its histograms as they are stored. */
export function storedResult(result: CellResult): Omit<MeasuredTrial, 'kind' | 'cell' | 'trial' | 'status' | 'peers'> {
  const { latency, service, lag, submit, unfinishedAge, ...rest } = result;
  return {
    ...rest,
    latency: encodeCounts(latency),
    service: encodeCounts(service),
    lag: encodeCounts(lag),
    ...(submit ? { submit: encodeCounts(submit) } : {}),
    ...(unfinishedAge ? { unfinishedAge: encodeCounts(unfinishedAge) } : {}),
  };
}

/** Whether what another process sent can be a result: what is looked at before the whole record is checked. */
export function isCellResult(sent: unknown): sent is CellResult {
  if (typeof sent !== 'object' || sent === null) return false;
  const { completed, failed, windowNs, errors, notes, ...rest } = sent as Record<string, unknown>;
  return (
    [completed, failed, windowNs].every(Number.isFinite) &&
    typeof errors === 'object' &&
    errors !== null &&
    Array.isArray(notes) &&
    ALWAYS.every((key) => isCounts(rest[key])) &&
    SOMETIMES.every((key) => rest[key] === undefined || isCounts(rest[key]))
  );
}

function isCounts(sent: unknown): boolean {
  if (typeof sent !== 'object' || sent === null) return false;
  const { lowestBin, counts, sumNs } = sent as Record<string, unknown>;
  if (!(Number.isInteger(lowestBin) && counts instanceof Uint32Array && Number.isFinite(sumNs))) return false;
  return (lowestBin as number) >= 0 && (sumNs as number) >= 0 && (lowestBin as number) + counts.length <= BINS;
}
