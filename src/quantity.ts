/** Sizes and times as people write them. Inside there are only bytes and nanoseconds. */
import { UserError } from './errors.ts';

const BYTES_PER: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};
/**
 * Timers cannot be set much further ahead (Node's fire at once from 25 days on), and nobody waits that long
 * for a measurement.
 */
const LONGEST_NS = 24 * 3600e9;
const NS_PER: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/**
 * Reads `4096`, `64KiB`, `1.5MB` as bytes. Powers of 1024 have an `i`.
 * @throws UserError if it is not a size, or not a whole number of bytes.
 */
export function parseBytes(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (BYTES_PER[unit ?? '?'] ?? Number.NaN);
  if (!Number.isSafeInteger(bytes)) {
    throw new UserError(`${JSON.stringify(text)} is not a size`, {
      hint: 'write it like 512, 64KiB or 1.5MiB',
    });
  }
  return bytes;
}

/**
 * Reads `10ms`, `500us`, `1m30s` as nanoseconds. A bare `0` needs no unit.
 * @throws UserError if it is not a time, or longer than a day.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === trimmed;
  const ns = isWhole
    ? parts.reduce((sum, [, digits, unit]) => sum + Number(digits) * (NS_PER[unit ?? ''] ?? Number.NaN), 0)
    : Number.NaN;
  if (trimmed === '0') return 0;
  if (!Number.isFinite(ns)) {
    throw new UserError(`${JSON.stringify(text)} is not a time`, {
      hint: 'write it with a unit, like 500us, 10ms, 2s or 1m30s',
    });
  }
  if (ns > LONGEST_NS)
    throw new UserError(`${JSON.stringify(text)} is longer than a day`, {
      hint: 'write a shorter time, like 500us, 10ms, 2s or 1m30s',
    });
  return Math.round(ns);
}

/** Writes nanoseconds so that `parseDuration` reads them back: `10ms`, `1.5s`. */
export function formatDuration(ns: number): string {
  const [unit, size] = (['h', 'm', 's', 'ms', 'us'] as const)
    .map((name) => [name, NS_PER[name] as number] as const)
    .find(([, per]) => ns >= per) ?? ['ns', 1];
  return ns === 0 ? '0' : `${Number((ns / size).toPrecision(6))}${unit}`;
}

/** Writes bytes so that `parseBytes` reads them back: `64KiB`, `100B`. */
export function formatBytes(bytes: number): string {
  const unit = (['GiB', 'MiB', 'KiB'] as const).find(
    (name) => bytes >= (BYTES_PER[name] as number) && bytes % ((BYTES_PER[name] as number) / 4) === 0,
  );
  return unit ? `${bytes / (BYTES_PER[unit] as number)}${unit}` : `${bytes}B`;
}

/** A noun for a number of things: `cell`, `cells`; `many` if the plural is not the noun and an s. */
export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many);

/** A number of things: `1 cell`, `12 cells`, `1,200 requests`. */
export const counted = (count: number, one: string, many?: string): string =>
  `${grouped(count)} ${plural(count, one, many)}`;

const withCommas = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });

/** With a comma between thousands: `5,000`. */
export const grouped = (value: number): string => withCommas.format(value);

/** Numbers of CPUs, in ascending order, to `0, 2-3`. */
export function formatCpus(cpus: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const cpu of cpus) {
    const last = runs.at(-1);
    if (last !== undefined && cpu === last[1] + 1) last[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
