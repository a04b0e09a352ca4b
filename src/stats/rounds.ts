/**
 * Figures of several cells that were measured in rounds: what is a cell's, what was a round's, and what is
 * chance.
 */
import { inverse, product } from './matrix.ts';
import { moderated, type Variance } from './moderate.ts';
import { meanOf, sumOf, varianceOf } from './moments.ts';

/** What a cell showed in one round, as a logarithm. A round is one process of each cell. */
export interface RoundFigure {
  readonly round: number;
  readonly log: number;
}
type Cells = readonly (readonly RoundFigure[])[];

/** A difference of two cells' centres, or a centre by itself. */
export interface Estimate {
  readonly value: number;
  /** Its standard error squared, and the degrees of freedom of that. */
  readonly variance: Variance;
}

export interface SectionFit {
  /** By how much one cell lies above another. */
  difference(of: number, from: number): Estimate;
  /** Where a cell lies: what differs from round to round is part of the doubt. */
  centre(of: number): Estimate;
}

/** The chance in each cell, and what all cells of a round have in common. */
interface Parts {
  readonly noise: readonly Variance[];
  readonly shared: Variance;
}

/**
 * The fewest cells from which round effects are removed: the common part of fewer reflects the cells rather
 * than the round.
 */
const FEWEST_CELLS = 4;
const MOST_STEPS = 30;
/** A change of the rounds' variance that is too small to matter, as a share of it. */
const CLOSE = 0.01;
/**
 * Figures that are the same to the last digit do not prove that they always are: no deviation is taken for
 * less than a millionth.
 */
const LEAST_VARIANCE = 1e-12;

/**
 * Takes a section's figures apart: figure = cell + round + chance, where each cell has a variance of its own,
 * moderated over the section, and rounds differ by chance. Cells need not have been in the same rounds: those
 * that were are compared without what the rounds had in common, the others with its doubt. Each cell has a
 * figure.
 */
export function fitRounds(cells: Cells): SectionFit {
  const { noise, shared } = cells.length < FEWEST_CELLS ? together(cells) : apart(cells);
  const { centres, covariance } = centred(cells, { noise, shared });
  const trials = (cell: number) => (cells[cell] as readonly RoundFigure[]).length;
  const freedom = (cell: number) => (noise[cell] as Variance).freedom;
  const at = (row: number, column: number) => (covariance[row] as Float64Array)[column] as number;
  return {
    difference: (of, from) => ({
      value: (centres[of] as number) - (centres[from] as number),
      // Two moderated variances were lent the same strength, so that they have no more together than the
      // weaker one has.
      variance: {
        value: at(of, of) + at(from, from) - 2 * at(of, from),
        freedom: Math.min(freedom(of), freedom(from)),
      },
    }),
    centre: (of) => {
      const [own, common] = [noise[of] as Variance, shared].map(({ value, freedom }) => ({
        value: value / trials(of),
        freedom,
      }));
      return {
        value: centres[of] as number,
        variance: { value: at(of, of), freedom: freedomOfSum(own as Variance, common as Variance) },
      };
    },
  };
}

/** Chance and rounds in one. */
function together(cells: Cells): Parts {
  const variances = cells.map((figures) => {
    const freedom = figures.length - 1;
    return {
      value: freedom === 0 ? 0 : Math.max(LEAST_VARIANCE, varianceOf(figures.map(({ log }) => log))),
      freedom,
    };
  });
  return { noise: moderated(variances), shared: { value: 0, freedom: 1 } };
}

/**
 * Chance and rounds by themselves: what a round had in common is guessed from the variances, and the
 * variances from what that leaves, until both agree (the EM algorithm; Dempster, Laird and Rubin, Journal of
 * the Royal Statistical Society B 39, 1977).
 */
function apart(cells: Cells): Parts {
  let { noise, shared } = together(cells);
  const numbers = new Map(
    [...new Set(cells.flatMap((figures) => figures.map(({ round }) => round)))].map((round, index) => [
      round,
      index,
    ]),
  );
  const rounds = numbers.size;
  if (rounds < 2) return { noise, shared };
  const placed = cells.map((figures) => ({
    logs: Float64Array.from(figures, ({ log }) => log),
    rounds: Int32Array.from(figures, ({ round }) => numbers.get(round) as number),
    centre: meanOf(figures.map(({ log }) => log)),
  }));
  shared = { value: 0.3 * meanOf(noise.map(({ value }) => value)), freedom: rounds - 1 };
  for (let step = 0; step < MOST_STEPS; step++) {
    const guesses = guessRounds(placed, { noise, shared }, rounds);
    noise = moderated(placed.map((cell) => leftOver(cell, guesses, cells.length)));
    const before = shared.value;
    const squares = guesses.values.reduce((sum, value) => sum + value * value, 0);
    shared = { value: squares / (rounds - 1) + meanOf([...guesses.doubts]), freedom: rounds - 1 };
    if (Math.abs(shared.value - before) < CLOSE * before) break;
  }
  return { noise, shared };
}

interface Placed {
  readonly logs: Float64Array;
  /** The number of each figure's round. */
  readonly rounds: Int32Array;
  centre: number;
}

/** What the cells of each round had in common, and the variances of those guesses. */
interface Guesses {
  readonly values: Float64Array;
  readonly doubts: Float64Array;
}

function guessRounds(cells: readonly Placed[], { noise, shared }: Parts, count: number): Guesses {
  const values = new Float64Array(count);
  const doubts = new Float64Array(count).fill(1 / shared.value);
  cells.forEach(({ logs, rounds, centre }, cell) => {
    const weight = 1 / (noise[cell] as Variance).value;
    for (let index = 0; index < logs.length; index++) {
      const round = rounds[index] as number;
      values[round] = (values[round] as number) + weight * ((logs[index] as number) - centre);
      doubts[round] = (doubts[round] as number) + weight;
    }
  });
  for (let round = 0; round < count; round++) {
    doubts[round] = 1 / (doubts[round] as number);
    values[round] = (values[round] as number) * (doubts[round] as number);
  }
  return { values, doubts };
}

/** A cell's variance without its rounds; its centre moves with them. */
function leftOver(cell: Placed, { values, doubts }: Guesses, cells: number): Variance {
  const { logs, rounds } = cell;
  const free = logs.length - 1;
  let sum = 0;
  for (let index = 0; index < logs.length; index++)
    sum += (logs[index] as number) - (values[rounds[index] as number] as number);
  cell.centre = sum / logs.length;
  let squares = 0;
  for (let index = 0; index < logs.length; index++) {
    const round = rounds[index] as number;
    squares +=
      ((logs[index] as number) - (values[round] as number) - cell.centre) ** 2 +
      ((doubts[round] as number) * free) / (free + 1);
  }
  // A part of what is free went into the guesses of the rounds.
  return {
    value: free === 0 ? 0 : Math.max(LEAST_VARIANCE, squares / free),
    freedom: free * (1 - 1 / cells),
  };
}

/**
 * Generalised least squares: each round's cells have `shared` in common. Where all were in all rounds, the
 * centres are the plain means.
 */
function centred(cells: Cells, { noise, shared }: Parts): { centres: number[]; covariance: Float64Array[] } {
  const weights = noise.map(({ value }) => 1 / value);
  const information = cells.map((figures, cell) => {
    const row = new Float64Array(cells.length);
    row[cell] = figures.length * (weights[cell] as number);
    return row;
  });
  const sums = Float64Array.from(
    cells,
    (figures, cell) => (weights[cell] as number) * sumOf(figures.map(({ log }) => log)),
  );
  if (shared.value > 0) {
    for (const members of byRound(cells)) {
      const whole = 1 / shared.value + sumOf(members.map(({ cell }) => weights[cell] as number));
      const weighted = sumOf(members.map(({ cell, log }) => (weights[cell] as number) * log));
      for (const { cell } of members) {
        const part = (weights[cell] as number) / whole;
        sums[cell] = (sums[cell] as number) - part * weighted;
        const row = information[cell] as Float64Array;
        for (const other of members)
          row[other.cell] = (row[other.cell] as number) - part * (weights[other.cell] as number);
      }
    }
  }
  const covariance = inverse(information);
  return { covariance, centres: product(covariance, sums) };
}

function byRound(cells: Cells): { cell: number; log: number }[][] {
  const rounds = new Map<number, { cell: number; log: number }[]>();
  cells.forEach((figures, cell) => {
    for (const { round, log } of figures) {
      const members = rounds.get(round);
      if (members === undefined) rounds.set(round, [{ cell, log }]);
      else members.push({ cell, log });
    }
  });
  return [...rounds.values()];
}

/** The degrees of freedom of two variances' sum (Satterthwaite, Biometrics Bulletin 2, 1946). */
export function freedomOfSum(a: Variance, b: Variance): number {
  if (a.value + b.value === 0) return Math.min(a.freedom, b.freedom);
  return (a.value + b.value) ** 2 / (a.value ** 2 / a.freedom + b.value ** 2 / b.freedom);
}
