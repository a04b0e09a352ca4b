import type { RunHeader } from './header.ts';
import type { LookRecord } from './record.ts';
import type { CapacityRecord, StepRecord } from './search.ts';
import type { StoryRecord } from './story.ts';
import type { SyscallRecord, TrialRecord } from './trial.ts';

/** A run as it is read back from `run.jsonl`. */
export interface StoredRun {
  header: RunHeader;
  trials: TrialRecord[];
  /** From extra trials, where they were asked for. */
  syscalls?: SyscallRecord[];
  /** The steps of all searches for what models can carry, in the order in which they were measured. */
  steps?: StepRecord[];
  /** What was found by those searches that have ended. */
  capacities?: CapacityRecord[];
  /** In the order in which they were taken, where there was a budget. */
  looks?: LookRecord[];
  /** Of workloads whose requests go through a network that the run has built. */
  stories?: StoryRecord[];
  /** What was wrong with the file, where that did not stop the reading. */
  warnings: string[];
}
