/**
 * The way to the terminal: all output of commands goes through here, and no text from outside controls the
 * terminal.
 */
import process from 'node:process';
import { createLogUpdate } from 'log-update';
import picocolors from 'picocolors';
import { printable, printableLines, printablePainted } from '../printable.ts';

const USUAL_COLUMNS = 80;

/** How wide stdout is; a terminal that reports no columns, or none at all, counts as 80. */
export const columns = (): number => process.stdout.columns || USUAL_COLUMNS;

/** Whether stdout takes colours. */
export const hasColour = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR;

/** Paints, where stdout takes colours. */
export const painter = (): ReturnType<typeof picocolors.createColors> => picocolors.createColors(hasColour());

/**
 * Prints a result on stdout. Of the control characters only line breaks, tabs and the painter's own colours
 * pass.
 */
export function print(text: string): void {
  process.stdout.write(hasColour() ? printablePainted(text) : printableLines(text));
}

/**
 * Prints everything but results (progress, warnings, errors, a workload's output) on stderr, in lines and
 * without colours.
 */
export function notify(text: string): void {
  process.stderr.write(printableLines(text));
}

/** A line on stderr that changes, between other lines that stay. */
export interface LiveLine {
  show(line: string): void;
  /** Prints above it. */
  notify(text: string): void;
  clear(): void;
}

/**
 * The line that changes; `undefined` if stderr is no terminal, or one that reports no columns: the line could
 * not be overwritten.
 */
export function createLiveLine(): LiveLine | undefined {
  if (!process.stderr.isTTY || !process.stderr.columns) return undefined;
  const live = createLogUpdate(process.stderr);
  return {
    show: (line) => live(printable(line)),
    notify(text) {
      live.clear();
      notify(text);
    },
    clear: () => live.clear(),
  };
}
