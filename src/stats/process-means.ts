/** Several windows of one process, and what they are together. */

/** A window of a cell in a process that was started for a round. */
export interface WindowFigure {
  readonly round: number;
  readonly figure: number;
  readonly windowNs: number;
}

/**
 * One figure a round: the mean of a process's windows, weighted by their lengths, on the scale of logarithms
 * on which all figures are compared. Windows of a process share its luck (its memory, what was compiled, the
 * moment), so that it is processes that are counted: how much windows differ within one is in the figures'
 * spread from process to process, and nowhere else (the nested design of Kalibera and Jones, Rigorous
 * benchmarking in reasonable time, ISMM 2013, with the highest level as the unit).
 * @throws RangeError if a figure or a window's length is not above zero.
 */
export function processMeans(windows: readonly WindowFigure[]): { round: number; figure: number }[] {
  const rounds = new Map<number, { weighted: number; windowNs: number }>();
  for (const { round, figure, windowNs } of windows) {
    if (!(figure > 0 && windowNs > 0 && figure < Number.POSITIVE_INFINITY))
      throw new RangeError('figures of windows have to be above zero');
    const sums = rounds.get(round) ?? { weighted: 0, windowNs: 0 };
    rounds.set(round, {
      weighted: sums.weighted + windowNs * Math.log(figure),
      windowNs: sums.windowNs + windowNs,
    });
  }
  return [...rounds].map(([round, { weighted, windowNs }]) => ({
    round,
    figure: Math.exp(weighted / windowNs),
  }));
}
