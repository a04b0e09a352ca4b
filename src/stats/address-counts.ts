/** How many requests peers got from each address, and whether each address went to the same peer. Pure. */

/** By address: keys from outside. */
export type AddressCounts = Readonly<Record<string, number>>;

/** Of the processes of one peer, one after another. */
export const sumOfAddresses = (one: AddressCounts = {}, other: AddressCounts = {}): AddressCounts =>
  combined(one, other, 1);

/** What came between two readings of one peer. */
export const addressesBetween = (first: AddressCounts = {}, last: AddressCounts = {}): AddressCounts =>
  combined(last, first, -1);

/**
 * The share of requests that went to the peer to which most of their address went; `undefined` if none came from an
 * address that sent several: a single one goes to one peer, whoever chooses.
 */
export function stickinessOf(peers: readonly AddressCounts[]): number | undefined {
  const byAddress = new Map<string, { all: number; most: number }>();
  for (const counts of peers)
    for (const [address, count] of Object.entries(counts)) {
      const known = byAddress.get(address) ?? { all: 0, most: 0 };
      byAddress.set(address, { all: known.all + count, most: Math.max(known.most, count) });
    }
  const several = [...byAddress.values()].filter(({ all }) => all > 1);
  const all = several.reduce((sum, each) => sum + each.all, 0);
  return all === 0 ? undefined : several.reduce((sum, { most }) => sum + most, 0) / all;
}

function combined(one: AddressCounts, other: AddressCounts, sign: 1 | -1): AddressCounts {
  const counts = new Map(Object.entries(one));
  for (const [address, count] of Object.entries(other))
    counts.set(address, (counts.get(address) ?? 0) + sign * count);
  return Object.fromEntries(counts);
}
