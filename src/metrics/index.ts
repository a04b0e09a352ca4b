/** All metrics, in the order of the CSV's columns. */
import { bytes } from './bytes.ts';
import { connections } from './connections.ts';
import { contextSwitches } from './context-switches.ts';
import { cpu } from './cpu.ts';
import { dispatch } from './dispatch.ts';
import { inFlight } from './in-flight.ts';
import { latency } from './latency.ts';
import { machine } from './machine.ts';
import { memory } from './memory.ts';
import type { Columns, Fields, Metric, PartBase, Shape, TrialBase } from './metric.ts';
import { notes } from './notes.ts';
import { oracle } from './oracle.ts';
import { otherClient } from './other-client.ts';
import { pacing } from './pacing.ts';
import { pageFaults } from './page-faults.ts';
import { peers } from './peers.ts';
import { phases } from './phases.ts';
import { reordering } from './reordering.ts';
import { requests } from './requests.ts';
import { submit } from './submit.ts';
import { threadTime } from './thread-time.ts';
import { threads } from './threads.ts';
import { throughput } from './throughput.ts';
import { timeline } from './timeline.ts';
import { window } from './window.ts';

export const METRICS = [
  window,
  requests,
  throughput,
  latency,
  phases,
  cpu,
  contextSwitches,
  memory,
  peers,
  dispatch,
  threadTime,
  submit,
  reordering,
  inFlight,
  oracle,
  pageFaults,
  threads,
  pacing,
  bytes,
  connections,
  otherClient,
  machine,
  timeline,
  notes,
] as const;

type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
type ShapeOf<Part extends 'trial' | 'cell'> =
  Intersection<(typeof METRICS)[number][Part]> extends infer All extends Shape
    ? { [Key in keyof All]: All[Key] }
    : never;
type TrialShape = ShapeOf<'trial'>;
type CellShape = ShapeOf<'cell'>;

/** What trials store, and what cells say, of all metrics together. */
export type TrialFields = Fields<TrialShape>;
export type CellFields = Fields<CellShape>;

const list = METRICS as unknown as readonly Metric<TrialShape, CellShape>[];
/** The types follow from the list; that they are put together here, is known to nobody but us. */
const together = (parts: readonly object[]) => Object.assign({}, ...parts) as never;

export const trialShape: TrialShape = together(list.map(({ trial }) => trial));
export const cellShape: CellShape = together(list.map(({ cell }) => cell));
export const COLUMNS: Columns<CellFields> = together(list.map(({ columns }) => columns));

/** What the loops of one process measured at the same time, as one trial's. */
export function mergeLoops(loops: readonly (TrialFields & PartBase)[]): TrialFields {
  return together(list.map((metric) => metric.merge(loops)));
}

/** What a cell says of all its trials. */
export function summariseTrials(trials: readonly (TrialFields & TrialBase)[]): CellFields {
  return together(list.map((metric) => metric.summarise(trials)));
}
