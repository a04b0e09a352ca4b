import { type Algorithm, leastOf, loadOf, type Situation } from './algorithm.ts';

/** How long the next answer would take: what answers take, times those that are in its way. */
export const leastResponseTime: Algorithm = {
  name: 'least-response-time',
  summary: 'The back end whose answers take the least time, with those under way counted',
  source: 'nginx, ngx_http_upstream_module: least_time; smoothed as round trips in RFC 6298',
  usesWeights: true,
  choose(situation) {
    const fastestNs = fastestOf(situation);
    const costOf = (backEnd: number) =>
      (situation.responseNs(backEnd) || fastestNs) * loadOf(situation, backEnd);
    return leastOf(situation, costOf);
  },
};

/**
 * A back end that has not answered yet is taken to be as fast as the fastest: so it is tried, and one that
 * never answers does not get everything.
 */
function fastestOf({ candidates, responseNs }: Situation): number {
  let fastestNs = Number.POSITIVE_INFINITY;
  for (const backEnd of candidates) {
    const ns = responseNs(backEnd);
    if (ns > 0 && ns < fastestNs) fastestNs = ns;
  }
  return fastestNs === Number.POSITIVE_INFINITY ? 1 : fastestNs;
}
