/** How throughput grows with the number of clients, and where it stops: the Universal Scalability Law. */

export interface LoadPoint {
  readonly clients: number;
  readonly throughputPerSecond: number;
}

/**
 * X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)). Gunther, Guerrilla Capacity Planning (2007), ch. 4
 * to 6.
 */
export interface ScalabilityFit {
  /** What one client gets. */
  readonly gammaPerSecond: number;
  /** Contention: the share of the work that is done one at a time. */
  readonly alpha: number;
  /** Coherency: what every pair of clients costs. Above zero, throughput falls again. */
  readonly beta: number;
  /** The number of clients with the highest throughput; `null` where more clients always get more. */
  readonly peakClients: number | null;
  /** The share of the throughputs' variance that the law explains; 1 is all. */
  readonly rSquared: number;
  /** At each point, in their order: measured / fitted - 1. */
  readonly residuals: readonly number[];
  throughputPerSecond(clients: number): number;
}

/** Three coefficients through fewer points would explain anything (Gunther, ch. 5.2). */
export const LEAST_POINTS = 6;

/**
 * Fits the law: least squares of the relative errors (trials' noise is a share of their throughput), alpha
 * and beta not below zero. Nothing if there are fewer than six numbers of clients, or a throughput that is
 * zero.
 */
export function fitScalability(points: readonly LoadPoint[]): ScalabilityFit | undefined {
  const numbers = new Set(points.map(({ clients }) => clients));
  if (
    numbers.size < LEAST_POINTS ||
    points.some((point) => !(point.throughputPerSecond > 0 && point.clients > 0))
  )
    return undefined;
  // Measured / fitted is linear in 1/gamma, alpha/gamma and beta/gamma, and shall be 1.
  const rows = points.map(({ clients, throughputPerSecond }) => {
    const perClient = throughputPerSecond / clients;
    return [perClient, perClient * (clients - 1), perClient * clients * (clients - 1)] as const;
  });
  const [inverse, contention, coherency] = notNegative(rows);
  const gammaPerSecond = 1 / inverse;
  const alpha = contention / inverse;
  const beta = coherency / inverse;
  const fitted = (clients: number) =>
    (gammaPerSecond * clients) / (1 + alpha * (clients - 1) + beta * clients * (clients - 1));
  return {
    gammaPerSecond,
    alpha,
    beta,
    peakClients: beta === 0 ? null : Math.max(1, Math.sqrt(Math.max(0, 1 - alpha) / beta)),
    rSquared: explained(points, fitted),
    residuals: points.map((point) => point.throughputPerSecond / fitted(point.clients) - 1),
    throughputPerSecond: fitted,
  };
}

type Three = readonly [number, number, number];

/** Of all ways to leave out contention, coherency or both, the best that leaves no coefficient below zero. */
function notNegative(rows: readonly Three[]): Three {
  const choices = [[0, 1, 2], [0, 1], [0, 2], [0]].map((kept) => {
    const solved = leastSquares(rows.map((row) => kept.map((column) => row[column] as number)));
    const at = (column: number) => (kept.includes(column) ? (solved[kept.indexOf(column)] as number) : 0);
    const three: Three = [at(0), at(1), at(2)];
    const error = rows.reduce(
      (sum, row) => sum + (row[0] * three[0] + row[1] * three[1] + row[2] * three[2] - 1) ** 2,
      0,
    );
    return { three, error, isAllowed: three[0] > 0 && three[1] >= 0 && three[2] >= 0 };
  });
  const allowed = choices.filter(({ isAllowed }) => isAllowed).sort((a, b) => a.error - b.error);
  return (allowed[0] as (typeof allowed)[number]).three;
}

/**
 * The coefficients that bring every row nearest to 1: the normal equations, by Gauss and Jordan, columns
 * scaled to the same size.
 */
function leastSquares(rows: readonly (readonly number[])[]): number[] {
  const size = (rows[0] as readonly number[]).length;
  const scales = Array.from(
    { length: size },
    (_, column) => Math.sqrt(rows.reduce((sum, row) => sum + (row[column] as number) ** 2, 0)) || 1,
  );
  const scaled = rows.map((row) => row.map((value, column) => value / (scales[column] as number)));
  const product = (a: number, b: number) =>
    scaled.reduce((sum, row) => sum + (row[a] as number) * (b === size ? 1 : (row[b] as number)), 0);
  const system = Array.from({ length: size }, (_, a) =>
    Array.from({ length: size + 1 }, (_, b) => product(a, b)),
  );
  for (let pivot = 0; pivot < size; pivot++) {
    const pivotRow = system[pivot] as number[];
    const head = pivotRow[pivot] as number;
    for (let column = 0; column <= size; column++) pivotRow[column] = (pivotRow[column] as number) / head;
    for (const row of system) {
      if (row === pivotRow) continue;
      const factor = row[pivot] as number;
      for (let column = 0; column <= size; column++)
        row[column] = (row[column] as number) - factor * (pivotRow[column] as number);
    }
  }
  return system.map((row, column) => (row[size] as number) / (scales[column] as number));
}

function explained(points: readonly LoadPoint[], fitted: (clients: number) => number): number {
  const mean = points.reduce((sum, point) => sum + point.throughputPerSecond, 0) / points.length;
  const total = points.reduce((sum, point) => sum + (point.throughputPerSecond - mean) ** 2, 0);
  const rest = points.reduce(
    (sum, point) => sum + (point.throughputPerSecond - fitted(point.clients)) ** 2,
    0,
  );
  return total === 0 ? (rest === 0 ? 1 : 0) : 1 - rest / total;
}
