import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { fitScalability, type LoadPoint, type ScalabilityFit } from '../../src/stats/usl.ts';

/** The fit, which has to be there. */
function fitted(points: readonly LoadPoint[]): ScalabilityFit {
  const fit = fitScalability(points);
  if (fit === undefined) throw new Error('no fit');
  return fit;
}

const CLIENTS = [1, 2, 4, 8, 16, 32, 64];
const law = (gamma: number, alpha: number, beta: number) => (clients: number) =>
  (gamma * clients) / (1 + alpha * (clients - 1) + beta * clients * (clients - 1));
const pointsOf = (throughput: (clients: number) => number, clients = CLIENTS): LoadPoint[] =>
  clients.map((each) => ({ clients: each, throughputPerSecond: throughput(each) }));

test.each([
  [1000, 0.05, 0.001],
  [250_000, 0.2, 0.0001],
  [3, 0, 0.002],
  [1e6, 0.6, 0],
  [1e4, 0, 0],
])('finds gamma %d, alpha %d, beta %d again', (gamma, alpha, beta) => {
  const fit = fitted(pointsOf(law(gamma, alpha, beta)));
  expect(fit.gammaPerSecond / gamma).toBeCloseTo(1, 6);
  expect(fit.alpha).toBeCloseTo(alpha, 6);
  expect(fit.beta).toBeCloseTo(beta, 8);
  expect(fit.rSquared).toBeCloseTo(1, 9);
  for (const residual of fit.residuals) expect(residual).toBeCloseTo(0, 6);
  expect(fit.throughputPerSecond(24) / law(gamma, alpha, beta)(24)).toBeCloseTo(1, 6);
});

test('the peak is where the law has it', () => {
  const fit = fitted(pointsOf(law(1000, 0.05, 0.001)));
  expect(fit.peakClients).toBeCloseTo(Math.sqrt(0.95 / 0.001), 3);
  const [below, at, above] = [25, 30.8, 37].map((clients) => fit.throughputPerSecond(clients));
  expect(at).toBeGreaterThan(below as number);
  expect(at).toBeGreaterThan(above as number);
});

test('with noise of 2 %, it is near, and the residuals are the noise', () => {
  const random = randomFrom(4);
  const noisy = (clients: number) => law(1000, 0.05, 0.001)(clients) * (1 + 0.04 * (random() - 0.5));
  const fit = fitted(pointsOf(noisy, [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128]));
  expect(fit.gammaPerSecond / 1000).toBeCloseTo(1, 1);
  expect(Math.abs(fit.alpha - 0.05)).toBeLessThan(0.01);
  expect(Math.abs(fit.beta / 0.001 - 1)).toBeLessThan(0.15);
  expect(fit.rSquared).toBeGreaterThan(0.98);
  for (const residual of fit.residuals) expect(Math.abs(residual)).toBeLessThan(0.05);
});

test('coefficients are never below zero: better than linear is taken as linear', () => {
  const fit = fitted(pointsOf((clients) => 100 * clients ** 1.1));
  expect(fit).toMatchObject({ alpha: 0, beta: 0, peakClients: null });
});

test('throughput that only falls has its peak at one client', () => {
  const fit = fitted(pointsOf((clients) => 1000 / clients));
  expect(fit.peakClients).toBeGreaterThanOrEqual(1);
  expect(fit.peakClients).toBeLessThan(2);
});

test('a throughput that does not depend on the clients', () => {
  const fit = fitted(pointsOf(() => 500));
  expect(fit.alpha).toBeCloseTo(1, 9);
  expect(fit.gammaPerSecond).toBeCloseTo(500, 6);
});

describe('nothing is fitted', () => {
  test('to fewer than six numbers of clients', () => {
    const five = pointsOf(law(1000, 0.05, 0.001)).slice(0, 5);
    expect(fitScalability(five)).toBeUndefined();
    expect(fitScalability([...five, ...five])).toBeUndefined();
  });

  test('where nothing was completed', () => {
    expect(fitScalability(pointsOf((clients) => (clients === 8 ? 0 : 100)))).toBeUndefined();
  });
});
