/**
 * The distributions that every test needs: the normal one, Student's t, and Fisher's F. By hand, and checked
 * against printed tables: the quantile and two tails of @stdlib come as 234 packages.
 */
import { logGamma } from './gamma.ts';
import { whereFalls } from './where-falls.ts';

/** The share of a standard normal distribution beyond `z`. Abramowitz and Stegun, 7.1.26; right to 1e-7. */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * series * Math.exp(-x * x);
  return z >= 0 ? tail : 1 - tail;
}

/**
 * The share of Student's t distribution beyond `t`; `freedom` may be a fraction, as Welch's is. Abramowitz
 * and Stegun, 26.7.1.
 */
export function studentTail(t: number, freedom: number): number {
  const tail = 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t >= 0 ? tail : 1 - tail;
}

/** The share of Fisher's F distribution above `ratio`. Abramowitz and Stegun, 26.6.2. */
export function fisherTail(ratio: number, above: number, below: number): number {
  return incompleteBeta(below / (below + above * ratio), below / 2, above / 2);
}

/** The t that a share of `tail` (above 0, at most a half) lies beyond. */
export function studentQuantile(tail: number, freedom: number): number {
  return whereFalls((t) => studentTail(t, freedom), tail);
}

/**
 * The regularised incomplete beta function, by its continued fraction (Lentz's method). Abramowitz and
 * Stegun, 26.5.8.
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      factor = c * d;
      fraction *= factor;
    }
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return front * fraction;
}
