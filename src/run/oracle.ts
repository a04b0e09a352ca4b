/** The trace-driven oracle: what the recursion of Kiefer and Wolfowitz predicts from the measured occupancies, beside what was measured. */
import type { MeasuredTrial } from '../result.ts';
import { createOrderedOracle } from '../stats/kiefer-wolfowitz.ts';
import type { Witness } from './window.ts';

export interface OracleWitness extends Witness {
  read(): Pick<MeasuredTrial, 'oracle'>;
}

export function createOracleWitness(servers: number): OracleWitness {
  const oracle = createOrderedOracle(servers);
  let count = 0;
  // Not a plain number: that would be a new object with every request.
  const waitSumNs = new Float64Array(1);
  return {
    ended({ sequence, intendedNs, startedNs, freedNs }, isCounted) {
      oracle.finished(sequence, intendedNs, freedNs - startedNs, isCounted);
      if (!isCounted) return;
      count++;
      (waitSumNs[0] as number) += startedNs - intendedNs;
    },
    read() {
      if (oracle.hasGivenUp || count === 0 || oracle.count === 0) return {};
      return { oracle: { servers, requests: count, predictedWaitNs: oracle.meanWaitNs, measuredWaitNs: (waitSumNs[0] as number) / count } };
    },
  };
}
