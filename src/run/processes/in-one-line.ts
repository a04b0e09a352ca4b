import { messageOf } from '../../errors.ts';

/** The message of an error and its hint, in one line; the message of a workload's error may have several. */
export const inOneLine = (error: unknown): string => reasonOf(error).replace(/\s+/g, ' ').trim();

function reasonOf(error: unknown): string {
  const message = messageOf(error);
  try {
    // By its name: a user's workload may have the class from another copy of this module.
    const { name, hint } = Object(error) as { name?: unknown; hint?: unknown };
    return name === 'UserError' && typeof hint === 'string' ? `${message} (${hint})` : message;
  } catch {
    return message;
  }
}
