/**
 * The results contract: what a run leaves behind, line by line, and the document that is made of it.
 *
 * One unit inside: nanoseconds, bytes, per second; the unit stands in every name. A run is a folder with
 * `run.jsonl`: a header line, then one line per trial of a cell, or per step of a search. What is measured is
 * declared in `metrics/`: with that and `result/` alone, anybody can read results.
 */

export type { Interval, PercentileName, Percentiles, StoredHistogram } from './metrics/fields.ts';
export type { MachineUsage } from './metrics/machine.ts';
export type { OtherClient } from './metrics/other-client.ts';
export type { Phase } from './metrics/phases.ts';
export type { Conservation } from './metrics/requests.ts';
export type { ThreadTime } from './metrics/thread-time.ts';
export type { TimelineEntry } from './metrics/timeline.ts';
export {
  arrivalsSchema,
  type CellSpec,
  cellKey,
  cellSchema,
  type LoadSpec,
  loadSchema,
  type SearchedSpec,
} from './result/cell-spec.ts';
export type { DescribedModel, Drawing, ModelStyle } from './result/described-model.ts';
export type { DescribedPhase, DescribedWorkload } from './result/described-workload.ts';
export {
  type Capacity,
  type CapacityStep,
  type Cell,
  capacitySchema,
  documentSchema,
  type MeasuredCell,
  measuredCellSchema,
  type RefusedCell,
  type RunDocument,
  refusedCellSchema,
  type Standing,
  type Warning,
  warningSchema,
} from './result/document.ts';
export type { Environment, MachineTiming } from './result/environment.ts';
export { type ResultFault, ResultFormatError } from './result/fault.ts';
export {
  headerSchema,
  type Launchers,
  launchersSchema,
  type Placement,
  placementSchema,
  type RunHeader,
  SCHEMA,
} from './result/header.ts';
export { formatLine } from './result/lines.ts';
export { parseRun } from './result/parse-run.ts';
export { unreadablePart } from './result/problem.ts';
export { type LookRecord, type RunRecord, recordSchema } from './result/record.ts';
export { type CapacityRecord, type JudgedRate, type StepRecord, searchKey } from './result/search.ts';
export type { StoredRun } from './result/stored-run.ts';
export type { StoryRecord, StoryStep } from './result/story.ts';
export {
  type MeasuredTrial,
  type RefusedTrial,
  type SyscallRecord,
  type TrialRecord,
  trialSchema,
} from './result/trial.ts';
