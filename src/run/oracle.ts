/** The trace-driven oracle: what the recursion of Kiefer and Wolfowitz predicts from the measured occupancies, beside what was measured. */
import type { MeasuredTrial } from '../result.ts';
import { OrderedOracle } from '../stats/kiefer-wolfowitz.ts';
import type { Witness } from './window.ts';

export interface OracleWitness extends Witness {
  read(): Pick<MeasuredTrial, 'oracle'>;
}

export function createOracleWitness(servers: number): OracleWitness {
  const oracle = new OrderedOracle(servers);
  return {
    ended: ({ sequence, intendedNs, startedNs, freedNs }, isCounted) =>
      oracle.finished(sequence, intendedNs, startedNs - intendedNs, freedNs - startedNs, isCounted),
    read() {
      const { count, predictedWaitNs, measuredWaitNs, hasGivenUp } = oracle;
      return hasGivenUp || count === 0 ? {} : { oracle: { servers, requests: count, predictedWaitNs, measuredWaitNs } };
    },
  };
}
