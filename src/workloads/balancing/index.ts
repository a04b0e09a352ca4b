/** The algorithms, from those that know nothing of the back ends to those that know most. */
import type { Algorithm } from './algorithm.ts';
import { ipHash } from './ip-hash.ts';
import { leastConnections } from './least-connections.ts';
import { leastResponseTime } from './least-response-time.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

export const algorithms = [
  roundRobin,
  weightedRoundRobin,
  random,
  ipHash,
  leastConnections,
  powerOfTwoChoices,
  leastResponseTime,
] as const satisfies readonly Algorithm[];

/** @throws RangeError if there is none of this name. */
export function algorithmNamed(name: string): Algorithm {
  const found = algorithms.find((algorithm) => algorithm.name === name);
  if (!found) throw new RangeError(`there is no algorithm ${name}`);
  return found;
}
