/**
 * Laws of queues, to hold measurements against. First come first served, room for all, Poisson arrivals.
 * Sources: Kleinrock, Queueing Systems 1 (1975), ch. 3 and 5; Lazowska et al., Quantitative System
 * Performance (1984), ch. 5.
 */

/** So many servers, each of which serves one request at a time. */
export interface Station {
  readonly servers: number;
  readonly arrivalsPerSecond: number;
  readonly meanServiceNs: number;
}

/** How long a request waits before a server takes it. */
export interface WaitLaw {
  /** The share of requests that wait at all. */
  readonly waitProbability: number;
  readonly meanWaitNs: number;
  /** The share of requests that wait longer. */
  tail(waitNs: number): number;
  /** The wait that a share of the requests (0 to below 1) do not exceed. */
  quantileNs(share: number): number;
}

/** The share of the time that a server is busy: rho. */
export const utilisation = ({ servers, arrivalsPerSecond, meanServiceNs }: Station): number =>
  (arrivalsPerSecond * meanServiceNs) / 1e9 / servers;

/**
 * The share of requests lost where nobody waits; `offered` is arrival rate x service time. By Erlang's
 * recursion.
 */
export function erlangB(servers: number, offered: number): number {
  let blocked = 1;
  for (let server = 1; server <= servers; server++)
    blocked = (offered * blocked) / (server + offered * blocked);
  return blocked;
}

/** The share of requests that wait, where all may. */
export function erlangC(servers: number, offered: number): number {
  const blocked = erlangB(servers, offered);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/**
 * Waits where service times are exponential (M/M/c). The wait of those who wait is exponential too.
 * @throws RangeError if more arrives than can be served.
 */
export function mmcWait(station: Station): WaitLaw {
  const { waitProbability, drainPerNs } = mmc(station);
  return {
    waitProbability,
    meanWaitNs: waitProbability / drainPerNs,
    tail: (waitNs) => waitProbability * Math.exp(-drainPerNs * waitNs),
    quantileNs: (share) => Math.max(0, Math.log(waitProbability / (1 - share)) / drainPerNs),
  };
}

/**
 * Wait and service together under M/M/c: the time that a share of the requests (0 to below 1) do not exceed.
 * @throws RangeError if more arrives than can be served.
 */
export function mmcSojournQuantileNs(station: Station, share: number): number {
  const { waitProbability, drainPerNs } = mmc(station);
  const { meanServiceNs } = station;
  // The sum of two exponential times; where their rates meet, the general formula divides by zero.
  const ratio = drainPerNs * meanServiceNs;
  const tail = (ns: number) => {
    const served = Math.exp(-ns / meanServiceNs);
    const both =
      Math.abs(ratio - 1) < 1e-9
        ? served * (1 + ns / meanServiceNs)
        : (ratio * served - Math.exp(-drainPerNs * ns)) / (ratio - 1);
    return (1 - waitProbability) * served + waitProbability * both;
  };
  return whereTailIs(1 - share, tail, meanServiceNs);
}

function mmc(station: Station): { waitProbability: number; drainPerNs: number } {
  const { servers, meanServiceNs } = station;
  const rho = stableUtilisation(station);
  return {
    waitProbability: erlangC(servers, rho * servers),
    drainPerNs: (servers * (1 - rho)) / meanServiceNs,
  };
}

/**
 * The mean wait for one server and any service times (M/G/1), by Pollaczek and Khinchine. `serviceVariation`
 * is the service time's variance / its mean squared: 1 where exponential, 0 where constant.
 * @throws RangeError if there are several servers, or more arrives than can be served.
 */
export function mg1MeanWaitNs(station: Station, serviceVariation: number): number {
  const rho = stableUtilisation(station);
  if (station.servers !== 1) throw new RangeError('M/G/1 has one server');
  return (rho * station.meanServiceNs * (1 + serviceVariation)) / (2 * (1 - rho));
}

/** The mean wait for one server and constant service times (M/D/1): half of M/M/1's. */
export const md1MeanWaitNs = (station: Station): number => mg1MeanWaitNs(station, 0);

/** The most that a closed load can get, requests per second: the servers' limit, or the clients' own. */
export function closedThroughputBound(of: {
  servers: number;
  clients: number;
  meanServiceNs: number;
  thinkNs: number;
}): number {
  return 1e9 * Math.min(of.servers / of.meanServiceNs, of.clients / (of.meanServiceNs + of.thinkNs));
}

/**
 * Throughput x mean time in the system / mean number in the system. It is 1, whatever the system (Little,
 * Operations Research 9, 1961); where it is not, the bookkeeping is wrong.
 */
export function littleRatio(of: {
  throughputPerSecond: number;
  meanLatencyNs: number;
  meanInFlight: number;
}): number {
  return (of.throughputPerSecond * of.meanLatencyNs) / 1e9 / of.meanInFlight;
}

/** rho, where the queue does not grow for ever. @throws RangeError where it does. */
export function stableUtilisation(station: Station): number {
  const rho = utilisation(station);
  if (!(rho >= 0 && rho < 1)) throw new RangeError('more arrives than can be served: the wait has no limit');
  return rho;
}

/** Where a falling tail meets a share. */
export function whereTailIs(share: number, tail: (ns: number) => number, scaleNs: number): number {
  if (tail(0) <= share) return 0;
  let low = 0;
  let high = scaleNs;
  while (tail(high) > share) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (tail(middle) > share) low = middle;
    else high = middle;
  }
  return high;
}
