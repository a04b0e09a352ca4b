import { messageOf } from '../../errors.ts';

/** What went wrong, with what would mend it; what comes from a workload may have lines of its own. */
export const inOneLine = (error: unknown): string => reasonOf(error).replace(/\s+/g, ' ').trim();

function reasonOf(error: unknown): string {
  const message = messageOf(error);
  try {
    // By its name: a workload of the user's own may have got the class from another copy of this module.
    const { name, hint } = Object(error) as { name?: unknown; hint?: unknown };
    return name === 'UserError' && typeof hint === 'string' ? `${message} (${hint})` : message;
  } catch {
    return message;
  }
}
