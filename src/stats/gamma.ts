/** The logarithm of the gamma function, and its first two derivatives. */

/**
 * Stirling's series, after the argument has been raised to where it is exact. Abramowitz and Stegun, 6.1.41.
 */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 12; z++) shift -= Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}

/** The first derivative. Abramowitz and Stegun, 6.3.18. */
export function digamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 12; z++) shift -= 1 / z;
  const inverse = 1 / (z * z);
  return (
    shift +
    Math.log(z) -
    0.5 / z -
    inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse / 240)))
  );
}

/** The second derivative. Abramowitz and Stegun, 6.4.12. */
export function trigamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 12; z++) shift += 1 / (z * z);
  const inverse = 1 / (z * z);
  return (
    shift +
    1 / z +
    inverse / 2 +
    (inverse / z) * (1 / 6 - inverse * (1 / 30 - inverse * (1 / 42 - inverse / 30)))
  );
}

/**
 * The x whose trigamma is `y`, above zero: Newton's steps on 1 / trigamma, which is nearly a line (Smyth,
 * 2004, appendix).
 */
export function inverseTrigamma(y: number): number {
  if (y > 1e7) return 1 / Math.sqrt(y);
  if (y < 1e-6) return 1 / y;
  let x = 0.5 + 1 / y;
  for (let step = 0; step < 50; step++) {
    const value = trigamma(x);
    const change = (value * (1 - value / y)) / tetragamma(x);
    x += change;
    if (-change / x < 1e-10) return x;
  }
  return x;
}

/** The third derivative. Abramowitz and Stegun, 6.4.13. */
function tetragamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 12; z++) shift -= 2 / z ** 3;
  const inverse = 1 / (z * z);
  return (
    shift -
    inverse * (1 + 1 / z + inverse * (0.5 - inverse * (1 / 6 - inverse * (1 / 6 - (inverse * 3) / 10))))
  );
}
