/**
 * The resolution of a run before it is measured: the factor by which two models have to differ so that it
 * shows.
 */
import { dunnettQuantile } from './extremes.ts';
import { moderated } from './moderate.ts';
import { varianceOf } from './moments.ts';
import { FAMILY_LEVEL } from './standings.ts';

/** A section that is to be measured. */
export interface PlannedSection {
  /** The standard deviation of the logarithm of a trial's figure. */
  readonly deviation: number;
  readonly models: number;
  readonly rounds: number;
}

/**
 * Four of five such runs show it: the distance of a standard normal distribution that a share of 0.2 lies
 * beyond.
 */
const POWER_DISTANCE = 0.8416;

/**
 * The factor that two models have to differ by so that four of five runs show it, where each model is held
 * against one that was chosen beforehand (Dunnett), and the variances of all are alike and lend each other
 * strength (`moderated`).
 * @throws RangeError with fewer than two models, or fewer than two rounds.
 */
export function factorToldApart({ deviation, models, rounds }: PlannedSection, level = FAMILY_LEVEL): number {
  if (models < 2 || rounds < 2) throw new RangeError('a difference takes two models and two rounds');
  // A part of what is free goes into what the rounds have in common.
  const own = { value: 1, freedom: (rounds - 1) * (1 - 1 / models) };
  const [{ freedom } = own] = moderated(Array.from({ length: models }, () => own));
  const distance = dunnettQuantile(level, models - 1, freedom) + POWER_DISTANCE;
  return Math.exp(distance * deviation * Math.sqrt(2 / rounds));
}

/**
 * How windows of the same work spread: the standard deviation of the logarithms of their speeds, 0.1 being
 * about 10 %.
 */
export const spreadOf = (speeds: readonly number[]): number => Math.sqrt(varianceOf(speeds.map(Math.log)));
