import type { Algorithm } from './algorithm.ts';

export const roundRobin: Algorithm = {
  name: 'round-robin',
  summary: 'One back end after another, whatever they do',
  source: 'Brisco, DNS Support for Load Balancing, RFC 1794 (1995)',
  usesWeights: false,
  divides: 'in turns',
  choose: ({ candidates, turn }) => candidates[turn % candidates.length] as number,
};
