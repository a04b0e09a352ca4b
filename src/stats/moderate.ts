/** Variances of several cells, each from a handful of trials, that lend each other strength. */
import { digamma, inverseTrigamma, trigamma } from './gamma.ts';
import { meanOf, sumOf } from './moments.ts';
import { fisherTail } from './student.ts';

/** A variance, and the degrees of freedom it rests on. */
export interface Variance {
  readonly value: number;
  readonly freedom: number;
}

/** How cells' true variances lie about a usual one: a scaled inverse chi-square law. */
interface Prior {
  readonly usual: number;
  /** The degrees of freedom with which the usual variance counts. */
  readonly freedom: number;
}

/**
 * The variance of true variances' logarithms that is expected before anything was seen, and how many cells
 * that counts as. Between the cells of one section of our reference run it is 0.95 (throughput) and 0.7 (CPU
 * a request); more, to be on the safe side.
 */
const USUAL_SPREAD = 1.6;
const USUAL_CELLS = 8;

/**
 * Moderated variances (Smyth, Statistical Applications in Genetics and Molecular Biology 3, 2004): each
 * cell's own, drawn towards what is usual in its section, the more the fewer trials it has and the more alike
 * the section's variances are. A handful of cells cannot show how alike they are, so that is in turn drawn
 * towards what is usual in sections. A variance that stands out above the others is drawn less (Phipson et
 * al., Annals of Applied Statistics 10, 2016). Degrees of freedom are never more than all cells have
 * together, so that a cell which is alone keeps its own variance.
 */
export function moderated(variances: readonly Variance[]): Variance[] {
  const prior = priorOf(variances);
  const pooled = sumOf(variances.map(({ freedom }) => freedom));
  return variances.map(({ value, freedom }) => {
    if (prior.freedom === 0) return { value, freedom };
    const isUsual = (variances.length / 2) * fisherTail(value / prior.usual, freedom, prior.freedom);
    const lent = prior.freedom * Math.min(1, isUsual);
    return {
      value: (lent * prior.usual + freedom * value) / (lent + freedom),
      freedom: Math.min(lent + freedom, pooled),
    };
  });
}

/** From the logarithms of variances, whose sampling error is known (Smyth, section 6.2). */
function priorOf(variances: readonly Variance[]): Prior {
  const known = variances.filter(({ value, freedom }) => value > 0 && freedom > 0);
  if (known.length < 2) return { usual: 0, freedom: 0 };
  const logs = known.map(
    ({ value, freedom }) => Math.log(value) - digamma(freedom / 2) + Math.log(freedom / 2),
  );
  const centre = meanOf(logs);
  const seen =
    sumOf(logs.map((log) => (log - centre) ** 2)) / (known.length - 1) -
    meanOf(known.map(({ freedom }) => trigamma(freedom / 2)));
  const spread =
    (USUAL_CELLS * USUAL_SPREAD + (known.length - 1) * Math.max(0, seen)) / (USUAL_CELLS + known.length - 1);
  const freedom = 2 * inverseTrigamma(spread);
  return { usual: Math.exp(centre + digamma(freedom / 2) - Math.log(freedom / 2)), freedom };
}
