/** What went wrong, with what would mend it; what comes from a workload may have lines of its own. */
export const inOneLine = (error: unknown): string => reasonOf(error).replace(/\s+/g, ' ');

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // By its name: a workload of the user's own may have got the class from another copy of this module.
  const { hint } = error as { hint?: unknown };
  return error.name === 'UserError' && typeof hint === 'string' ? `${error.message} (${hint})` : error.message;
}
