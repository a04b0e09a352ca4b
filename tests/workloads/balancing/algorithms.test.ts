/** Every algorithm is held to what all promise; an algorithm that is added to the list is tested by this alone. */
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../src/load/random.ts';
import type { Algorithm, Situation } from '../../../src/workloads/balancing/algorithm.ts';
import { algorithmNamed, algorithms } from '../../../src/workloads/balancing/index.ts';

const random = randomFrom(7);
const below = (limit: number) => Math.floor(random() * limit);

/** Back ends as they may be found: some left out, some busy, some that have not answered. */
function anySituation(): Situation {
  const backEnds = 1 + below(8);
  const all = Array.from({ length: backEnds }, (_, backEnd) => backEnd);
  const some = all.filter(() => random() < 0.7);
  const underWay = all.map(() => below(20));
  const responseNs = all.map(() => (random() < 0.2 ? 0 : 1e3 * below(1e5)));
  return {
    candidates: some.length > 0 ? some : all,
    weights: all.map(() => 1 + below(5)),
    turn: below(2 ** 32),
    address: `127.${below(256)}.${below(256)}.1`,
    random,
    underWay: (backEnd) => underWay[backEnd] as number,
    responseNs: (backEnd) => responseNs[backEnd] as number,
  };
}

const situationOf = (given: Partial<Situation> & { readonly weights: readonly number[] }): Situation => ({
  candidates: given.weights.map((_, backEnd) => backEnd),
  turn: 0,
  address: '127.0.0.1',
  random,
  underWay: () => 0,
  responseNs: () => 0,
  ...given,
});

/** How often each is chosen in N turns. */
function sharesOf(algorithm: Algorithm, turns: number, given: Parameters<typeof situationOf>[0]): number[] {
  const shares = given.weights.map(() => 0);
  const situation = situationOf(given);
  for (let turn = 0; turn < turns; turn++) {
    const chosen = algorithm.choose({ ...situation, turn });
    shares[chosen] = (shares[chosen] as number) + 1;
  }
  return shares;
}

describe.each(algorithms)('$name', (algorithm) => {
  test('is described', () => {
    expect(algorithm.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(algorithm.summary).not.toMatch(/\n|\.$/);
    expect(algorithm.source).not.toBe('');
    expect(algorithmNamed(algorithm.name)).toBe(algorithm);
  });

  test('chooses a candidate, whatever the situation', () => {
    for (let time = 0; time < 5_000; time++) {
      const situation = anySituation();
      expect(situation.candidates).toContain(algorithm.choose(situation));
    }
  });

  test('chooses the same in the same situation, and changes nothing of it', () => {
    for (let time = 0; time < 500; time++) {
      const situation = anySituation();
      const seed = below(1e9);
      const before = JSON.stringify(situation);
      const choose = () => algorithm.choose({ ...situation, random: randomFrom(seed) });
      expect(choose()).toBe(choose());
      expect(JSON.stringify(situation)).toBe(before);
    }
  });

  test('leaves none of several equal ones without its part', () => {
    const addresses = (turn: number) => `127.0.${turn % 256}.1`;
    const shares = [0, 0, 0];
    for (let turn = 0; turn < 768; turn++) {
      const chosen = algorithm.choose(situationOf({ weights: [1, 1, 1], turn, address: addresses(turn) }));
      shares[chosen] = (shares[chosen] as number) + 1;
    }
    expect(Math.min(...shares)).toBeGreaterThan(768 / 3 / 2);
  });

  test('a larger weight means more, exactly where weights are used', () => {
    const shares = [0, 0];
    const weights = [9, 1];
    const underWay = (backEnd: number) => [12, 2][backEnd] as number;
    for (let turn = 0; turn < 2_000; turn++) {
      const address = `127.${turn >> 8}.${turn & 255}.1`;
      const chosen = algorithm.choose(situationOf({ weights, turn, address, underWay }));
      shares[chosen] = (shares[chosen] as number) + 1;
    }
    expect((shares[0] as number) > 1_500).toBe(algorithm.usesWeights);
  });
});

describe('round robin', () => {
  test.each([3, 100, 1_000, 9_999])(
    'over three equal back ends, %i turns: shares differ by at most one',
    (turns) => {
      const shares = sharesOf(algorithmNamed('round-robin'), turns, { weights: [1, 1, 1] });
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      expect(shares.reduce((sum, share) => sum + share)).toBe(turns);
    },
  );
});

describe('weighted round robin', () => {
  const weighted = algorithmNamed('weighted-round-robin');

  test('5:3:1 is exact over each cycle, wherever that begins', () => {
    const weights = [5, 3, 1];
    const situation = situationOf({ weights });
    for (let first = 0; first < 40; first++) {
      const shares = [0, 0, 0];
      for (let turn = first; turn < first + 9; turn++) {
        const chosen = weighted.choose({ ...situation, turn });
        shares[chosen] = (shares[chosen] as number) + 1;
      }
      expect(shares).toEqual(weights);
    }
  });

  test('is smooth: 5:1:1 is not five in a row', () => {
    const situation = situationOf({ weights: [5, 1, 1] });
    const turns = Array.from({ length: 7 }, (_, turn) => weighted.choose({ ...situation, turn }));
    expect(turns).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  test('with any weights and candidates, each gets its weight in a cycle', () => {
    for (let time = 0; time < 300; time++) {
      const { candidates, weights } = anySituation();
      const total = candidates.reduce((sum, backEnd) => sum + (weights[backEnd] as number), 0);
      const shares = sharesOf(weighted, total, { candidates, weights });
      expect(shares).toEqual(weights.map((weight, backEnd) => (candidates.includes(backEnd) ? weight : 0)));
    }
  });
});

describe('ip hash', () => {
  const hash = algorithmNamed('ip-hash');
  const addresses = Array.from({ length: 4_096 }, (_, k) => `127.${k >> 8}.${k & 255}.1`);
  const choiceOf = (address: string, candidates: readonly number[], weights = [1, 1, 1, 1]) =>
    hash.choose(
      situationOf({ address, candidates, weights, turn: below(2 ** 32), underWay: () => below(50) }),
    );

  test('an address stays where it is, whatever the turn and who is busy', () => {
    for (const address of addresses.slice(0, 256))
      expect(new Set(Array.from({ length: 20 }, () => choiceOf(address, [0, 1, 2, 3]))).size).toBe(1);
  });

  test.each([0, 1, 2, 3])(
    'when back end %i of four leaves, its own addresses move and no others',
    (leaving) => {
      const left = [0, 1, 2, 3].filter((backEnd) => backEnd !== leaving);
      const moved = addresses.filter((address) => {
        const before = choiceOf(address, [0, 1, 2, 3]);
        const after = choiceOf(address, left);
        if (before !== leaving) expect(after).toBe(before);
        return after !== before;
      });
      expect(moved.length / addresses.length).toBeGreaterThan(0.15);
      expect(moved.length / addresses.length).toBeLessThanOrEqual(0.35);
      const shares = left.map(
        (backEnd) => moved.filter((address) => choiceOf(address, left) === backEnd).length,
      );
      expect(Math.min(...shares)).toBeGreaterThan(moved.length / 3 / 1.5);
    },
  );

  test('spreads addresses by the weights', () => {
    const shares = [0, 0, 0, 0];
    for (const address of addresses) {
      const chosen = choiceOf(address, [0, 1, 2, 3], [4, 2, 1, 1]);
      shares[chosen] = (shares[chosen] as number) + 1;
    }
    for (const [backEnd, expected] of [0.5, 0.25, 0.125, 0.125].entries())
      expect(Math.abs((shares[backEnd] as number) / addresses.length - expected)).toBeLessThan(0.03);
  });
});

test('least response time: a back end that does not answer does not get everything', () => {
  const underWay = [0, 0];
  const situation = situationOf({
    weights: [1, 1],
    underWay: (backEnd) => underWay[backEnd] as number,
    responseNs: (backEnd) => [1e6, 0][backEnd] as number,
  });
  const least = algorithmNamed('least-response-time');
  // The first answers at once each time; the second never does.
  for (let turn = 0; turn < 100; turn++)
    if (least.choose({ ...situation, turn }) === 1) underWay[1] = (underWay[1] as number) + 1;
  expect(underWay[1]).toBeLessThanOrEqual(1);
});

test('an algorithm that there is not', () => {
  expect(() => algorithmNamed('guess')).toThrow(RangeError);
});
