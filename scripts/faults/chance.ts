/** Choices that depend on a seed alone: the same campaign can be run again, and one try of it by itself. */
import { randomFrom, shuffled } from '../../src/load/random.ts';

/** Uniform on [0, 1). */
export type Random = () => number;

/**
 * The random numbers of one try: the same for a seed, a kind and a number, whichever other tries there are.
 */
export function randomOf(seed: number, kind: string, number: number): Random {
  let hash = 0x811c9dc5;
  for (const letter of `${kind}#${number}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return randomFrom(seed, hash >>> 0);
}

/** @throws RangeError if there is nothing to choose from. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  if (items.length === 0) throw new RangeError('there is nothing to choose from');
  return items[Math.floor(random() * items.length)] as Item;
}

/** Several different ones, in the order of the list. */
export function pickSome<Item>(random: Random, items: readonly Item[], count: number): Item[] {
  const chosen = new Set(shuffled(items, random).slice(0, count));
  return items.filter((item) => chosen.has(item));
}

/** A whole number from `least` to `most`, both included. */
export const wholeBetween = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));
