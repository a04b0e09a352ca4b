/** A kind of fault: what is done to iobench again and again, and what must never come of it. */
import type { Attempt } from './attempt.ts';
import type { Place } from './place.ts';

/** What must never happen, in the order of the table's columns. */
export const FAULTS = {
  lost: 'a trial that had landed, or was planned, is in no result',
  hang: 'it did not end within its limit',
  orphan: 'a process was left behind',
  'stack trace': 'a stack trace was printed',
  escape: 'an escape sequence was printed',
  invented: 'more requests completed than the server answered',
  unaccounted: 'a request that was due is in no figure',
  leftover: 'a file was left behind',
  other: 'anything else that is wrong: an exit code, a crash, an error without a cause, markup from a result',
} as const;
export type FaultName = keyof typeof FAULTS;

export interface Fault {
  readonly name: FaultName;
  /** In one line: what was done, and what came of it. */
  readonly detail: string;
}

export interface Kind {
  /** For `--only NAME`. */
  readonly name: string;
  readonly what: string;
  /** Of a whole campaign. */
  readonly tries: number;
  /** How long one takes where all is well, on a machine whose `iobench list` takes 0.35 s. */
  readonly secondsPerTry: number;
  /** How long any one command of a try may take before that counts as a hang. */
  readonly limitSeconds: number;
  /** Once a campaign, before the first try. */
  prepare?(place: Place): Promise<void>;
  /** Does it once. What is wrong is reported to the attempt. */
  perform(attempt: Attempt): Promise<void>;
}
