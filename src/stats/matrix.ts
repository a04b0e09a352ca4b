/** The little of linear algebra that is needed here. */

/**
 * The inverse of a symmetric, positive definite matrix, by Gauss and Jordan: such a one needs no choice of
 * pivots.
 */
export function inverse(matrix: readonly Float64Array[]): Float64Array[] {
  const size = matrix.length;
  const rows = matrix.map((row, index) => {
    const wide = new Float64Array(2 * size);
    wide.set(row);
    wide[size + index] = 1;
    return wide;
  });
  rows.forEach((pivotRow, pivot) => {
    const head = pivotRow[pivot] as number;
    for (let column = 0; column < 2 * size; column++) pivotRow[column] = (pivotRow[column] as number) / head;
    for (const row of rows) {
      const factor = row === pivotRow ? 0 : (row[pivot] as number);
      if (factor === 0) continue;
      for (let column = 0; column < 2 * size; column++)
        row[column] = (row[column] as number) - factor * (pivotRow[column] as number);
    }
  });
  return rows.map((row) => row.slice(size));
}

export function product(matrix: readonly Float64Array[], vector: Float64Array): number[] {
  return matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] as number), 0));
}
