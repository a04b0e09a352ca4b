/** The rule of a warning: its condition, its message, and its remedy. */
import type { Environment, MeasuredCell, MeasuredTrial, RefusedTrial } from '../../result.ts';

export interface Facts {
  readonly cell: Omit<MeasuredCell, 'warnings'>;
  readonly trials: readonly MeasuredTrial[];
  /** Trials that failed, although others of the cell were measured. */
  readonly refused: readonly Pick<RefusedTrial, 'trial' | 'reason'>[];
  readonly plannedTrials: number;
  readonly environment: Environment;
  /** What the workload's requests use: `files`, `sockets`. */
  readonly uses: readonly string[];
  /** libuv's helper threads do the model's files. */
  readonly filesOnPool: boolean;
}

export interface WarningRule {
  readonly code: string;
  /** When the warning is given, in words. */
  readonly condition: string;
  /** The sentence with the figures; `undefined` if the condition does not hold. */
  message(facts: Facts): string | undefined;
  /** What to do, or the command to type. */
  readonly remedy: string;
  /** The cause lies in the machine, so that many cells have it for one reason. */
  readonly isAboutMachine?: true;
}

/**
 * Warnings that repeat what a figure shows itself, by its interval or by a dash: reports give them once for
 * all cells.
 */
const IN_FIGURES: ReadonlySet<string> = new Set(['wide-interval', 'few-requests']);
export const isInFigures = (code: string): boolean => IN_FIGURES.has(code);

/** Several findings as one sentence; `undefined` without findings. */
export function together(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join('; ');
}
