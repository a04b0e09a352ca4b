import type { Algorithm } from './algorithm.ts';

/**
 * By rendezvous: each back end has a number of its own for each address, and the largest wins. When one
 * leaves, only its own addresses move, and each of the others gets its share of them.
 */
export const ipHash: Algorithm = {
  name: 'ip-hash',
  summary: 'Always the same back end for the same address, as long as it is there',
  source: 'Thaler and Ravishankar, Using Name-Based Mappings to Increase Hit Rates, IEEE/ACM ToN 6 (1998)',
  usesWeights: true,
  choose({ candidates, weights, address }) {
    const hash = hashOf(address);
    let winner = candidates[0] as number;
    let most = Number.NEGATIVE_INFINITY;
    for (const backEnd of candidates) {
      // Uniform on (0, 1); the logarithm has larger weights win in their proportion.
      const draw = (mixed(hash ^ mixed(backEnd + 1)) + 0.5) / 2 ** 32;
      const score = -(weights[backEnd] as number) / Math.log(draw);
      if (score > most) [winner, most] = [backEnd, score];
    }
    return winner;
  },
};

/** FNV-1a, 32 bits (Fowler, Noll and Vo). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** Every bit of the number changes half of the bits of the result (the finalizer of MurmurHash3). */
function mixed(number: number): number {
  let bits = number;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
