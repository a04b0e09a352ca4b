/** Performs tries of all kinds, two at a time, each in a folder of its own, and counts what went wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { shuffled } from '../../src/load/random.ts';
import { Attempt, Hang } from './attempt.ts';
import { randomOf } from './chance.ts';
import type { Fault, Kind } from './kind.ts';
import { Place } from './place.ts';
import { killMarked } from './processes.ts';

/** A machine of two CPUs measures one trial with one process and its peer. */
const AT_ONCE = 2;

export interface CampaignOptions {
  readonly seed: number;
  /** Of each kind's tries, at least one. */
  readonly share: number;
  /** Only this one, of each kind. */
  readonly number?: number;
  /** Instead of each kind's own. */
  readonly limitSeconds?: number;
  /** Whoever wants to look at them later: the folders of tries in which something was wrong stay. */
  readonly keeps?: boolean;
  readonly report?: (kind: Kind, number: number, faults: readonly Fault[]) => void;
}

export interface Result {
  readonly kind: Kind;
  readonly tries: number;
  readonly seconds: number;
  readonly faults: readonly (Fault & { readonly number: number })[];
  /** What could not be looked at, and in how many tries. */
  readonly notes: ReadonlyMap<string, number>;
}

/** The numbers of the tries that a share of a kind is made of, from 1: others with another seed. */
export function numbersOf(
  kind: Kind,
  { seed, share, number }: Pick<CampaignOptions, 'seed' | 'share' | 'number'>,
): number[] {
  const all = Array.from({ length: kind.tries }, (_, index) => index + 1);
  if (number !== undefined) return all.filter((each) => each === number);
  const count = Math.max(1, Math.round(kind.tries * share));
  return shuffled(all, randomOf(seed, kind.name, 0)).slice(0, count);
}

/**
 * About how long the tries take; `slowness` is this machine's, beside the one that the kinds' figures are
 * from.
 */
export function expectedSeconds(kinds: readonly Kind[], options: CampaignOptions, slowness: number): number {
  const sum = kinds.reduce(
    (seconds, kind) => seconds + numbersOf(kind, options).length * kind.secondsPerTry,
    0,
  );
  return (sum * slowness) / AT_ONCE;
}

/** Performs the kinds one after another. Whatever ends this process ends all that it has started. */
export async function perform(kinds: readonly Kind[], options: CampaignOptions): Promise<Result[]> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'faults-'));
  const mark = path.basename(root);
  const endAll = () => killMarked(mark);
  process.once('exit', endAll);
  const results: Result[] = [];
  try {
    for (const kind of kinds) results.push(await performKind(kind, root, options));
    return results;
  } finally {
    endAll();
    process.off('exit', endAll);
    if (!options.keeps || results.every(({ faults }) => faults.length === 0))
      rmSync(root, { recursive: true, force: true });
  }
}

async function performKind(kind: Kind, root: string, options: CampaignOptions): Promise<Result> {
  const startedMs = performance.now();
  const mark = `${path.basename(root)}-${kind.name}-`;
  const numbers = numbersOf(kind, options);
  const faults: Result['faults'][number][] = [];
  const notes = new Map<string, number>();
  if (kind.prepare) await withPlace(new Place(root, `${mark}prepare`), (place) => kind.prepare?.(place));
  const queue = [...numbers];
  const work = async () => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      const attempt = await performOnce(kind, number, new Place(root, `${mark}${number}-`), options);
      for (const fault of attempt.faults) faults.push({ ...fault, number });
      for (const note of new Set(attempt.notes)) notes.set(note, (notes.get(note) ?? 0) + 1);
      options.report?.(kind, number, attempt.faults);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { kind, tries: numbers.length, seconds: (performance.now() - startedMs) / 1000, faults, notes };
}

async function performOnce(
  kind: Kind,
  number: number,
  place: Place,
  { seed, limitSeconds, keeps }: CampaignOptions,
): Promise<Attempt> {
  const limitMs = 1000 * (limitSeconds ?? kind.limitSeconds);
  const attempt = new Attempt({ number, random: randomOf(seed, kind.name, number), place, limitMs });
  try {
    await kind.perform(attempt);
  } catch (error) {
    if (!(error instanceof Hang))
      attempt.fault(
        'other',
        `the campaign itself failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
  } finally {
    if (keeps && attempt.faults.length > 0) killMarked(place.mark);
    else place.remove();
  }
  return attempt;
}

async function withPlace(place: Place, work: (place: Place) => Promise<void> | undefined): Promise<void> {
  try {
    await work(place);
  } finally {
    place.remove();
  }
}
