/** What is wrong in a line that does not fit the schema. */
import type { z } from 'zod';
import { formatLine } from './lines.ts';
import { type TrialRecord, trialSchema } from './trial.ts';

/** The first of the problems: where, and what is wrong there. */
export function problemOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.map(named).join('.') || 'whole line'}: ${issue?.message}`;
}

/**
 * What would keep a trial's line from being read back (a figure that is no number becomes `null` in JSON, for
 * instance); `undefined` where nothing does.
 */
export function unreadablePart(trial: TrialRecord): string | undefined {
  const { error } = trialSchema.safeParse(JSON.parse(formatLine(trial)));
  return error && problemOf(error);
}

/**
 * A key of the file in a message: what is not plain letters is quoted, so that it cannot be an escape
 * sequence.
 */
function named(key: PropertyKey): string {
  const text = String(key);
  if (/^[\w-]+$/.test(text)) return text;
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
