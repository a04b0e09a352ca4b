/** Finding and changing single values in JSON. */
import { pick, type Random } from './chance.ts';

export type Path = readonly (string | number)[];

/** What nobody may obey, run, follow or take for its own. */
export const MARKUP = '<iobench-mark onclick=alert(1)>';
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  '\u001b]0;owned\u0007\u001b[2J\u001b[31mred',
  '\u009b31mred\u0085\u0090',
  'two\nlines\r\nand\tmore',
  '\u202Eright to left\u2028',
  '\ud800',
  '\0',
  MARKUP,
  `</script>${MARKUP}<!--`,
  `"${MARKUP}`,
  `javascript:alert(1)//${MARKUP}`,
  '[link](javascript:alert(1)) | `code` **bold** <!-- ',
  '=cmd|"/c calc"!A1',
  '../../../../escaped',
  '/escaped',
  'x'.repeat(100_000),
  '🔥'.repeat(50),
  'constructor',
  '__proto__',
  'toString',
];

const ANYTHING: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  1e308,
  2 ** 53,
  '',
  'x',
  [],
  {},
  [[]],
  { x: 1 },
  ...HOSTILE_TEXTS,
];

/** All values that hold no others, and where they are. */
export function leavesOf(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  if (value === null || typeof value !== 'object') return [{ path, value }];
  const entries = Object.entries(value);
  if (entries.length === 0) return [{ path, value }];
  return entries.flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/**
 * Replaces the value there, or (without a list of others) removes it, gives it another name or a neighbour.
 * @returns what was done.
 */
export function changeLeaf(
  whole: Record<string, unknown>,
  path: Path,
  random: Random,
  others?: readonly unknown[],
): string {
  const key = String(path.at(-1));
  const owner = path
    .slice(0, -1)
    .reduce(
      (value, step) => (value as Record<string, unknown>)[step] as Record<string, unknown>,
      whole as unknown,
    ) as Record<string, unknown>;
  const how = others === undefined ? random() : 0;
  if (how < 0.6) {
    owner[key] = pick(random, others ?? ANYTHING);
    return short(owner[key]);
  }
  const value = owner[key];
  if (how < 0.9) delete owner[key];
  if (how < 0.8) return 'removed';
  const name = pick(random, [
    'constructor',
    'toString',
    'length',
    'then',
    key.toUpperCase(),
    MARKUP,
    '\u001b[31m',
  ]);
  owner[name] = value;
  return how < 0.9 ? `renamed to ${short(name)}` : `with the neighbour ${short(name)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
