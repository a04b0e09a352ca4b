/**
 * Algorithms of load balancing, beside queues: exponential service times, four back ends of one worker each, at
 * a load of 0.8. Where each back end gets any request by chance, it is a queue M/M/1; in turns, E4/M/1.
 */
import { randomFrom } from '../../dist/load/random.js';
import { measuredCells, run } from './iobench.ts';
import type { Check } from './main.ts';

const BACK_ENDS = 4;
const SERVICE_MS = 5;
const LOAD = 0.8;
const MOST_ERROR = 0.1;
const ARRIVALS = 2_000_000;
/** From the longest mean wait to the shortest (Mitzenmacher 2001; Winston 1977). */
const ALGORITHMS = ['random', 'round-robin', 'power-of-two-choices', 'least-connections'] as const;

export function balancing(): Check[] {
  const rate = (LOAD * BACK_ENDS * 1000) / SERVICE_MS;
  const measured = meansMs(SERVICE_MS, ['-r', `${rate}`, '-d', '100s', '--warmup', '2s']);
  // What forwarding takes where nobody waits and nothing is served.
  const direct = meansMs(0, ['-c', '1', '-d', '2s']);
  const waits = new Map(
    ALGORITHMS.map((name) => [
      name,
      (measured.get(name) ?? Number.NaN) - SERVICE_MS - (direct.get(name) ?? 0),
    ]),
  );
  const simulated = { random: simulatedWaitMs('random'), 'round-robin': simulatedWaitMs('turns') };
  const ms = (value: number | undefined) => `${(value ?? Number.NaN).toFixed(1)} ms`;
  const where = `load-balance under epoll, ${BACK_ENDS} back ends, exponential service, load ${LOAD}`;
  const near = Object.entries(simulated).map(([name, expected]): Check => {
    const wait = waits.get(name as (typeof ALGORITHMS)[number]) ?? Number.NaN;
    return {
      what: `${where}: mean wait of ${name} beside a simulation`,
      bar: `within ${100 * MOST_ERROR} %`,
      found: `${ms(wait)} beside ${ms(expected)} (${(100 * (wait / expected - 1)).toFixed(1)} %)`,
      isMet: Math.abs(wait / expected - 1) <= MOST_ERROR,
    };
  });
  const order = ALGORITHMS.map((name) => waits.get(name) ?? Number.NaN);
  return [
    ...near,
    {
      what: `${where}: mean waits, each shorter than the one before`,
      bar: ALGORITHMS.join(' > '),
      found: order.map(ms).join(' > '),
      isMet: order.every((wait, place) => place === 0 || wait < (order[place - 1] as number)),
    },
  ];
}

/** The mean latency with each algorithm. */
function meansMs(serviceMs: number, load: readonly string[]): Map<string, number> {
  const backends = Array.from({ length: BACK_ENDS }, () => `${serviceMs}ms`).join('+');
  const settings = [
    `backends=${backends}`,
    'workers=1',
    'distribution=exponential',
    `algorithm=${ALGORITHMS.join()}`,
  ].flatMap((setting) => ['-p', `load-balance.${setting}`]);
  const cells = measuredCells(run('load-balance', '-m', 'epoll', '-t', '1', ...load, ...settings));
  return new Map(
    cells.map(({ params, latencyNs }) => [String(params.algorithm), (latencyNs.mean ?? 0) / 1e6]),
  );
}

/** Poisson arrivals that are divided by chance or in turns; each queue by Lindley's recursion. */
function simulatedWaitMs(division: 'random' | 'turns'): number {
  const random = randomFrom(17);
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const free = new Float64Array(BACK_ENDS);
  let nowMs = 0;
  let waitedMs = 0;
  for (let arrival = 0; arrival < ARRIVALS; arrival++) {
    nowMs += exponential(SERVICE_MS / LOAD / BACK_ENDS);
    const backEnd = division === 'turns' ? arrival % BACK_ENDS : Math.floor(random() * BACK_ENDS);
    const beginMs = Math.max(nowMs, free[backEnd] as number);
    waitedMs += beginMs - nowMs;
    free[backEnd] = beginMs + exponential(SERVICE_MS);
  }
  return waitedMs / ARRIVALS;
}
