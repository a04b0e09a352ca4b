/** Whom the best is compared with. */
import type { RunDocument } from '../../result.ts';

/** The one of the run's baseline; without it, the last: those who are compared stand in order. */
export function baselineAmong<T>(
  others: readonly T[],
  modelOf: (one: T) => string,
  { run }: RunDocument,
): T | undefined {
  const baseline = run.models.find(({ isBaseline }) => isBaseline)?.name;
  return others.find((one) => modelOf(one) === baseline) ?? others.at(-1);
}
