/** What a warning is made of: when it is said, what it says, and what to do about it. */
import type { Environment, MeasuredCell, MeasuredTrial } from '../../result.ts';

export interface Facts {
  readonly cell: Omit<MeasuredCell, 'warnings'>;
  readonly trials: readonly MeasuredTrial[];
  /** Trials that did not measure anything, although others of the cell did. */
  readonly refused: readonly { readonly trial: number; readonly reason: string }[];
  readonly plannedTrials: number;
  readonly environment: Environment;
  /** What the workload's requests use: `files`, `sockets`. */
  readonly uses: readonly string[];
  /** libuv's helper threads do the model's files. */
  readonly filesOnPool: boolean;
}

export interface Doubt {
  readonly code: string;
  /** When it is said, in words. */
  readonly condition: string;
  /** The sentence with the figures, or nothing where all is well. */
  message(facts: Facts): string | undefined;
  /** What to do, or to type. */
  readonly remedy: string;
  /** It is about the machine, so that many cells have it for one reason. */
  readonly isAboutMachine?: true;
}

/** Warnings that repeat what a figure shows itself, by its interval or by a dash: reports say them once for all cells. */
const IN_FIGURES: ReadonlySet<string> = new Set(['wide-interval', 'few-requests']);
export const isInFigures = (code: string): boolean => IN_FIGURES.has(code);

/** Several findings as one sentence; nothing where there are none. */
export function together(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join('; ');
}
