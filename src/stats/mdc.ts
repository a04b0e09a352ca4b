/** Waits where all service times are the same (M/D/c). */
import { sumOf } from './moments.ts';
import { type Station, stableUtilisation, type WaitLaw, whereTailIs } from './queueing.ts';

const NEGLIGIBLE = 1e-13;
/** Nearer to 1 the chain takes seconds to settle. */
const HIGHEST_UTILISATION = 0.95;

/**
 * The law of the wait for constant service times, exact. What is in service now is gone one service time
 * later, and all that arrived meanwhile is there: a chain in steps of one service time. The wait follows from
 * its state by Franx, A simple solution for the M/D/c waiting time distribution, Operations Research Letters
 * 29 (2001).
 * @throws RangeError above a utilisation of 0.95.
 */
export function mdcWait(station: Station): WaitLaw {
  const { servers, meanServiceNs } = station;
  const rho = stableUtilisation(station);
  if (rho > HIGHEST_UTILISATION)
    throw new RangeError(`M/D/c is computed up to a utilisation of ${HIGHEST_UTILISATION}`);
  const offered = rho * servers;
  const inSystem = settledChain(servers, offered);
  const inLine = inSystem.reduce((sum, share, number) => sum + share * Math.max(0, number - servers), 0);
  const lineAtMost = cumulated(inSystem, servers);
  const tail = (waitNs: number) => 1 - waitAtMost(waitNs / meanServiceNs, servers, offered, lineAtMost);
  return {
    waitProbability: inSystem.reduce((sum, share, number) => (number < servers ? sum : sum + share), 0),
    meanWaitNs: offered === 0 ? 0 : (inLine / offered) * meanServiceNs,
    tail,
    quantileNs: (share) => whereTailIs(1 - share, tail, meanServiceNs),
  };
}

/** How many are in the system, as shares of the time: the chain is stepped until it no longer changes. */
function settledChain(servers: number, offered: number): number[] {
  const arriving = poissonShares(offered);
  // The tail falls by about exp(-2 (1 - rho)) from one number to the next.
  const states = servers + arriving.length + Math.ceil(-Math.log(NEGLIGIBLE) / (2 * (1 - offered / servers)));
  let shares = Array.from({ length: states }, (_, number) => arriving[number] ?? 0);
  for (;;) {
    const next = step(shares, servers, arriving);
    const change = next.reduce((sum, share, number) => sum + Math.abs(share - (shares[number] as number)), 0);
    shares = next;
    if (change < NEGLIGIBLE) return shares;
  }
}

function step(shares: readonly number[], servers: number, arriving: readonly number[]): number[] {
  const next = new Array<number>(shares.length).fill(0);
  for (let left = 0; left + servers < shares.length; left++) {
    const share = left === 0 ? sumOf(shares.slice(0, servers + 1)) : (shares[left + servers] as number);
    for (let come = 0; come < arriving.length; come++) {
      const number = Math.min(left + come, next.length - 1);
      next[number] = (next[number] as number) + share * (arriving[come] as number);
    }
  }
  const total = sumOf(next);
  return next.map((share) => share / total);
}

/** The share of requests that wait at most this many service times. */
function waitAtMost(waited: number, servers: number, offered: number, lineAtMost: readonly number[]): number {
  const steps = Math.floor(waited) + 1;
  const rest = offered * (steps - waited);
  let term = Math.exp(-rest);
  let sum = 0;
  for (let come = 0; come < steps * servers; come++) {
    sum += term * (lineAtMost[Math.min(steps * servers - 1 - come, lineAtMost.length - 1)] as number);
    term *= rest / (come + 1);
  }
  return sum;
}

/** The share of the time that at most 0, 1, 2 ... wait in line. */
function cumulated(inSystem: readonly number[], servers: number): number[] {
  let sum = sumOf(inSystem.slice(0, servers));
  return inSystem.slice(servers).map((share) => {
    sum += share;
    return sum;
  });
}

function poissonShares(mean: number): number[] {
  const shares: number[] = [];
  for (
    let share = Math.exp(-mean), number = 0;
    number <= mean || share > NEGLIGIBLE / 100;
    number++, share *= mean / number
  )
    shares.push(share);
  return shares;
}
