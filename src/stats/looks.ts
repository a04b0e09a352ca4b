/** Looking at trials while there are still some to come, and what each look costs. */
import { extremeTail } from './extremes.ts';
import { FEWEST_TRIALS } from './interval.ts';
import { seeded } from './seeded.ts';
import { FAMILY_LEVEL, mayBeBest, type SectionFigures, type Standing, standingsOf } from './standings.ts';

/** A run that is looked at several times before it ends. */
export interface Looks {
  /**
   * For each look, which share of the run has passed by then (of its rounds, or of its time): it rises, up to
   * 1. Looks to come may be left out: what a look may say depends on those before it alone.
   */
  readonly shares: readonly number[];
  /** For each look that was taken, the last round that it saw. */
  readonly afterRounds: readonly number[];
}

const PATHS = 20_000;
/**
 * No look has less: the tails of many cells are known to the sixth digit, and there is no distance that less
 * lies beyond.
 */
const LEAST_LEVEL = 1e-5;

/**
 * How much of the level may be used up when a share of the run has passed: Kim and DeMets' family (Biometrika
 * 74, 1987), cubed, so that most is kept for the end.
 */
export const spentBy = (share: number, level = FAMILY_LEVEL): number =>
  Math.max(level * share ** 3, LEAST_LEVEL);

const knownLevels = new Map<string, readonly number[]>();

/**
 * The level at which each look has to judge, so that all looks together call equal cells different in at most
 * a share of `level` of sections (Lan and DeMets, Biometrika 70, 1983). What one look sees the next one sees
 * again, so that they may use more than each one's share: as much as seeded random walks show, as many as
 * there are cells. For variances that are not known it is the level that is kept, and not the bound (Jennison
 * and Turnbull, Group Sequential Methods, 2000, ch. 4.4).
 */
export function levelsOf(shares: readonly number[], cells: number, level = FAMILY_LEVEL): readonly number[] {
  const key = `${shares.join()} ${cells} ${level}`;
  const known = knownLevels.get(key);
  if (known !== undefined) return known;
  const levels = walk(shares, cells, level);
  knownLevels.set(key, levels);
  return levels;
}

function walk(shares: readonly number[], cells: number, level: number): number[] {
  const normal = normals(cells);
  const places = new Float64Array(PATHS * cells);
  const isOut = new Uint8Array(PATHS);
  let out = 0;
  return shares.map((share, look) => {
    const step = Math.sqrt(share - (shares[look - 1] ?? 0));
    const ranges = new Float64Array(PATHS);
    for (let path = 0; path < PATHS; path++)
      ranges[path] =
        stepOn(places.subarray(path * cells, (path + 1) * cells), step, normal) / Math.sqrt(2 * share);
    const wanted = Math.round(spentBy(share, level) * PATHS) - out;
    const within = ranges.filter((_, path) => isOut[path] === 0).sort();
    const bound = within[within.length - 1 - Math.max(0, wanted)] as number;
    for (let path = 0; path < PATHS; path++) {
      if (isOut[path] === 1 || (ranges[path] as number) <= bound) continue;
      isOut[path] = 1;
      out++;
    }
    // The first look's level needs no random walk.
    return look === 0
      ? spentBy(share, level)
      : extremeTail(bound, { all: cells, suspects: cells }, Number.POSITIVE_INFINITY);
  });
}

/** Moves each of some places by a random step, and returns how far the outermost are apart. */
function stepOn(places: Float64Array, step: number, normal: () => number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < places.length; index++) {
    const place = (places[index] as number) + step * normal();
    places[index] = place;
    low = Math.min(low, place);
    high = Math.max(high, place);
  }
  return high - low;
}

/** Box and Muller, Annals of Mathematical Statistics 29 (1958). */
function normals(seed: number): () => number {
  const random = seeded(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/**
 * Judges a section that was looked at before. What a look has shown stays shown: a cell that was found behind
 * is not measured any more, and is not the best again because others' luck has changed. Intervals are those
 * of the last look, at its level.
 * @throws RangeError if more looks were taken than planned, or none.
 */
export function standingsAfter(
  { cells, better }: SectionFigures,
  { shares, afterRounds }: Looks,
  level = FAMILY_LEVEL,
): Standing[] {
  if (afterRounds.length === 0 || afterRounds.length > shares.length)
    throw new RangeError('as many looks as are planned, and one at least');
  const levels = levelsOf(shares, cells.length, level);
  const looks = afterRounds.map((last, look) => {
    const seen = cells.map((figures) => figures.filter(({ round }) => round <= last));
    return seen.every((figures) => figures.length >= FEWEST_TRIALS)
      ? mayBeBest({ cells: seen, better }, levels[look])
      : undefined;
  });
  if (looks.at(-1) === undefined)
    throw new RangeError('the last look has seen fewer than three rounds of a cell');
  const last = afterRounds.at(-1) as number;
  const standings = standingsOf(
    { cells: cells.map((figures) => figures.filter(({ round }) => round <= last)), better },
    levels[looks.length - 1],
  );
  return standings.map((standing, cell) => ({
    ...standing,
    mayBeBest: looks.every((look) => look?.[cell] !== false),
  }));
}
