import type { Algorithm } from './algorithm.ts';

export const random: Algorithm = {
  name: 'random',
  summary: 'Any back end, by chance, as often as its weight says',
  source: 'Mitzenmacher and Upfal, Probability and Computing (2005), ch. 5: balls into bins',
  usesWeights: true,
  divides: 'by chance',
  choose({ candidates, weights, random }) {
    let total = 0;
    for (const backEnd of candidates) total += weights[backEnd] as number;
    let left = random() * total;
    for (const backEnd of candidates) {
      left -= weights[backEnd] as number;
      if (left < 0) return backEnd;
    }
    return candidates.at(-1) as number;
  },
};
