/**
 * How long requests wait under each algorithm: four back ends that serve one request at a time, exponential
 * service, Poisson arrivals at a load of 0.8, all by a virtual clock.
 */
import { describe, expect, test } from 'vitest';
import { poissonArrivals } from '../../../src/load/arrivals.ts';
import { randomFrom } from '../../../src/load/random.ts';
import { mmcWait } from '../../../src/stats/queueing.ts';
import { Balancer } from '../../../src/workloads/balancing/balancer.ts';
import { algorithmNamed } from '../../../src/workloads/balancing/index.ts';
import { SharedState } from '../../../src/workloads/balancing/shared-state.ts';

const BACK_ENDS = 4;
const LOAD = 0.8;
const SERVICE_NS = 1e9;
const REQUESTS = 200_000;
const arrivalsPerSecond = LOAD * BACK_ENDS;

interface UnderWay {
  readonly backEnd: number;
  readonly endNs: number;
}

/** The mean wait, in services, with the same arrivals and services for every algorithm. */
function meanWait(name: string): number {
  const clock = { nowNs: 0 };
  const balancer = new Balancer({
    algorithm: algorithmNamed(name),
    weights: Array.from({ length: BACK_ENDS }, () => 1),
    state: new SharedState(BACK_ENDS),
    ejectAfter: 0,
    ejectForNs: 0,
    random: randomFrom(3),
    clock: () => clock.nowNs,
  });
  const nextArrivalNs = poissonArrivals(arrivalsPerSecond, randomFrom(1));
  const serviceRandom = randomFrom(2);
  const freeNs = new Float64Array(BACK_ENDS);
  let underWay: UnderWay[] = [];
  let waitedNs = 0;
  for (let request = 0; request < REQUESTS; request++) {
    clock.nowNs = nextArrivalNs();
    for (const { backEnd, endNs } of underWay) if (endNs <= clock.nowNs) balancer.release(backEnd);
    underWay = underWay.filter(({ endNs }) => endNs > clock.nowNs);
    const backEnd = balancer.choose('127.0.0.1');
    const startNs = Math.max(clock.nowNs, freeNs[backEnd] as number);
    const endNs = startNs - Math.log(1 - serviceRandom()) * SERVICE_NS;
    balancer.succeeded(backEnd, endNs - clock.nowNs);
    freeNs[backEnd] = endNs;
    underWay.push({ backEnd, endNs });
    waitedNs += startNs - clock.nowNs;
  }
  return waitedNs / REQUESTS / SERVICE_NS;
}

/**
 * Round robin gives each back end every fourth of the arrivals: gaps that are Erlang's, before one exponential
 * server. The wait of G/M/1 (Kleinrock, Queueing Systems 1, ch. 6): sigma is where the transform of the gaps
 * meets itself.
 */
function roundRobinWait(): number {
  let sigma = 0.5;
  for (let step = 0; step < 1_000; step++)
    sigma = (arrivalsPerSecond / (arrivalsPerSecond + 1 - sigma)) ** BACK_ENDS;
  return sigma / (1 - sigma);
}

describe('at a load of 0.8', () => {
  const random = meanWait('random');
  const roundRobin = meanWait('round-robin');
  const twoChoices = meanWait('power-of-two-choices');
  const leastConnections = meanWait('least-connections');

  test('random: each back end is a queue of its own, M/M/1', () => {
    const law = mmcWait({ servers: 1, arrivalsPerSecond: LOAD, meanServiceNs: SERVICE_NS });
    expect(Math.abs(random / (law.meanWaitNs / SERVICE_NS) - 1)).toBeLessThan(0.1);
  });

  test('round robin: each back end is a queue with more regular arrivals', () => {
    expect(Math.abs(roundRobin / roundRobinWait() - 1)).toBeLessThan(0.1);
  });

  test('who looks at two waits much less, who looks at all the least, and nobody less than one line for all', () => {
    const oneLine = mmcWait({ servers: BACK_ENDS, arrivalsPerSecond, meanServiceNs: SERVICE_NS });
    expect(random).toBeGreaterThan(roundRobin);
    expect(roundRobin).toBeGreaterThan(twoChoices * 1.3);
    expect(twoChoices).toBeGreaterThan(leastConnections);
    expect(leastConnections).toBeGreaterThan((oneLine.meanWaitNs / SERVICE_NS) * 0.95);
  });
});
