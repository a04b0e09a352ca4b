/**
 * The wait that Kiefer and Wolfowitz's recursion predicts from the measured occupancies, beside the measured
 * one.
 */
import type { MeasuredTrial } from '../../result.ts';
import { OrderedOracle } from '../../stats/kiefer-wolfowitz.ts';

export class Prediction {
  /** It is given every request, from the first one on: those of the warm-up kept a server all the same. */
  readonly oracle: OrderedOracle;

  constructor(servers: number) {
    this.oracle = new OrderedOracle(servers);
  }

  /** Empty if there is no prediction. */
  read(): Pick<MeasuredTrial, 'oracle'> {
    const { servers, count, predictedWaitNs, measuredWaitNs, hasGivenUp } = this.oracle;
    if (hasGivenUp || count === 0) return {};
    return { oracle: { servers, requests: count, predictedWaitNs, measuredWaitNs } };
  }
}
