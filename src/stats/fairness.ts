/**
 * How evenly several share a total: 1 if all have the same, 1/N if one of N has all; `undefined` for none.
 * Jain, Chiu and Hawe, A Quantitative Measure of Fairness, 1984.
 */
export function fairnessOf(amounts: readonly number[]): number | undefined {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  const squares = amounts.reduce((total, amount) => total + amount * amount, 0);
  return squares === 0 ? undefined : (sum * sum) / (amounts.length * squares);
}
