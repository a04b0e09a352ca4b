/**
 * How far the extremes of several estimates lie apart by chance: the law behind every statement that is made
 * of several cells at once. One integral holds both ends of it: with `suspects` equal to 1 it is Dunnett's of
 * many against one (one-sided), with `suspects` equal to `all` it is Tukey's studentised range.
 */
import { logGamma } from './gamma.ts';
import { normalTail } from './student.ts';
import { whereFalls } from './where-falls.ts';

/** Several estimates that are equal but for chance, each as uncertain as the others. */
export interface Crowd {
  /** How many estimates there are. */
  readonly all: number;
  /** Of how many of them the lowest is compared with the highest of all. */
  readonly suspects: number;
}

interface Nodes {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const NORMAL = normalNodes(36, 6.6);
const BELOW = NORMAL.points.map((point) => 1 - normalTail(point));
/**
 * From this many degrees of freedom on, a variance counts as known: the difference is below the fourth digit.
 */
const KNOWN_FREEDOM = 1e4;

/**
 * How often the highest of all estimates lies above the lowest of the suspects by more than `distance`
 * standard errors of a difference, where all estimate the same. The standard error has `freedom` degrees of
 * freedom.
 */
export function extremeTail(distance: number, { all, suspects }: Crowd, freedom: number): number {
  if (!(distance > 0)) return 1;
  const spread = spreadNodes(freedom);
  let tail = 0;
  for (let at = 0; at < spread.points.length; at++) {
    tail +=
      (spread.weights[at] as number) *
      rangeTail(distance * Math.SQRT2 * (spread.points[at] as number), all, suspects);
  }
  return Math.min(1, tail);
}

/** The distance that a share of `level` lies beyond; right to the third digit. */
export function extremeQuantile(level: number, crowd: Crowd, freedom: number): number {
  return interpolated(`${level} ${crowd.all} ${crowd.suspects}`, level, freedom, (distance, few) =>
    extremeTail(distance, crowd, few),
  );
}

/**
 * How often any of `comparisons` estimates differs from a further one, either way, by more than `distance`
 * standard errors: Dunnett's two-sided test.
 */
export function dunnettTail(distance: number, comparisons: number, freedom: number): number {
  if (!(distance > 0)) return 1;
  const spread = spreadNodes(freedom);
  let tail = 0;
  for (let at = 0; at < spread.points.length; at++) {
    const width = distance * Math.SQRT2 * (spread.points[at] as number);
    let within = 0;
    for (let index = 0; index < NORMAL.points.length; index++) {
      const point = NORMAL.points[index] as number;
      within +=
        (NORMAL.weights[index] as number) *
        power(normalTail(point - width) - normalTail(point + width), comparisons);
    }
    tail += (spread.weights[at] as number) * (1 - within);
  }
  return Math.min(1, tail);
}

/** The distance that a share of `level` lies beyond, likewise. */
export function dunnettQuantile(level: number, comparisons: number, freedom: number): number {
  return interpolated(`${level} ${comparisons}`, level, freedom, (distance, few) =>
    dunnettTail(distance, comparisons, few),
  );
}

/** The same with the standard deviation known, and the distance in standard deviations of one estimate. */
function rangeTail(width: number, all: number, suspects: number): number {
  let within = 0;
  for (let index = 0; index < NORMAL.points.length; index++) {
    const point = NORMAL.points[index] as number;
    const below = 1 - normalTail(point + width);
    const between = below - (BELOW[index] as number);
    within +=
      (NORMAL.weights[index] as number) *
      suspects *
      power(between, suspects - 1) *
      power(below, all - suspects);
  }
  return 1 - within;
}

/** A power with a small whole exponent: a third of what `**` takes. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let left = exponent, square = base; left > 0; left >>= 1, square *= square)
    if ((left & 1) === 1) product *= square;
  return product;
}

/** The trapezoidal rule, which is as exact as the function where that falls off smoothly on both sides. */
function normalNodes(steps: number, reach: number): Nodes {
  const width = (2 * reach) / steps;
  const points = Float64Array.from({ length: steps + 1 }, (_, index) => index * width - reach);
  return {
    points,
    weights: points.map((point) => (width * Math.exp((-point * point) / 2)) / Math.sqrt(2 * Math.PI)),
  };
}

const SPREAD_STEPS = 24;
const spreads = new Map<number, Nodes>();

/** The ratio of an estimated standard deviation to the true one, by its logarithm. */
function spreadNodes(freedom: number): Nodes {
  if (freedom >= KNOWN_FREEDOM) return { points: Float64Array.of(1), weights: Float64Array.of(1) };
  const known = spreads.get(freedom);
  if (known !== undefined) return known;
  const deviation = 1 / Math.sqrt(2 * freedom);
  const [low, high] = [
    -Math.max(6 * deviation, 17 / freedom),
    Math.min(6 * deviation, Math.log(30 / freedom + 6) / 2),
  ];
  const width = (high - low) / SPREAD_STEPS;
  const constant = Math.log(2) + (freedom / 2) * Math.log(freedom / 2) - logGamma(freedom / 2);
  const logs = Float64Array.from({ length: SPREAD_STEPS + 1 }, (_, index) => low + index * width);
  const weights = logs.map(
    (log) => width * Math.exp(constant + freedom * log - (freedom / 2) * Math.exp(2 * log)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const nodes = { points: logs.map(Math.exp), weights: weights.map((weight) => weight / total) };
  // Freedoms are as many as there are pairs of cells: what is kept does not grow without end.
  if (spreads.size > 500) spreads.clear();
  spreads.set(freedom, nodes);
  return nodes;
}

/**
 * Quantiles that were found: pairs of cells differ little in their degrees of freedom, and finding one takes
 * milliseconds.
 */
const quantiles = new Map<string, number>();
/**
 * Steps from one number of degrees of freedom to twice as many; between two steps the quantile is read off a
 * line.
 */
const STEPS_PER_OCTAVE = 4;

function interpolated(
  law: string,
  level: number,
  freedom: number,
  tail: (distance: number, freedom: number) => number,
): number {
  const octave = Math.log2(Math.min(freedom, KNOWN_FREEDOM)) * STEPS_PER_OCTAVE;
  const [few, many] = [Math.floor(octave), Math.floor(octave) + 1].map(
    (step) => 2 ** (step / STEPS_PER_OCTAVE),
  ) as [number, number];
  const [atFew, atMany] = [few, many].map((each) => {
    const key = `${law} ${each}`;
    const quantile = quantiles.get(key) ?? whereFalls((distance) => tail(distance, each), level);
    quantiles.set(key, quantile);
    return quantile;
  }) as [number, number];
  const share = Math.max(0, Math.min(1, (1 / few - 1 / freedom) / (1 / few - 1 / many)));
  return atFew * (atMany / atFew) ** share;
}
