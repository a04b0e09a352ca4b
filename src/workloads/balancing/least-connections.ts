import { type Algorithm, leastOf, loadOf } from './algorithm.ts';

export const leastConnections: Algorithm = {
  name: 'least-connections',
  summary: 'The back end with the fewest requests under way, for its weight',
  source: 'Winston, Optimality of the Shortest Line Discipline, Journal of Applied Probability 14 (1977)',
  usesWeights: true,
  choose: (situation) => leastOf(situation, (backEnd) => loadOf(situation, backEnd)),
};
