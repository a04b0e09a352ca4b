/** What went wrong, with what would mend it. */
export function inOneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // By its name: a workload of the user's own may have got the class from another copy of this module.
  const { hint } = error as { hint?: unknown };
  return error.name === 'UserError' && typeof hint === 'string' ? `${error.message} (${hint})` : error.message;
}
