import { type Algorithm, loadOf } from './algorithm.ts';

export const powerOfTwoChoices: Algorithm = {
  name: 'power-of-two-choices',
  summary: 'Two back ends by chance, and of them the one with fewer requests under way',
  source: 'Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12 (2001)',
  usesWeights: true,
  choose(situation) {
    const { candidates, random } = situation;
    const first = Math.floor(random() * candidates.length);
    if (candidates.length === 1) return candidates[first] as number;
    // Two different ones: the second is drawn from the others.
    const second = (first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length;
    const [one, other] = [candidates[first] as number, candidates[second] as number];
    return loadOf(situation, other) < loadOf(situation, one) ? other : one;
  },
};
