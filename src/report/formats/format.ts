/** Numbers as people read them. Everything else in the report keeps nanoseconds, bytes and per second. */
import { counted, grouped } from '../../quantity.ts';
import type { CellSpec, Interval, LoadSpec, MeasuredCell, PercentileName } from '../../result.ts';

export { grouped } from '../../quantity.ts';

/** Stands for a missing value. */
export const MISSING = '–';

interface Unit {
  readonly size: number;
  readonly name: string;
}
const DURATIONS = [unit(1, ' ns'), unit(1e3, ' µs'), unit(1e6, ' ms'), unit(1e9, ' s'), unit(60e9, ' min')];
const RATES = [unit(1, '/s'), unit(1e3, ' k/s'), unit(1e6, ' M/s'), unit(1e9, ' G/s')];
const BYTES = [
  unit(1, ' B'),
  ...['KiB', 'MiB', 'GiB', 'TiB'].map((name, index) => unit(1024 ** (index + 1), ` ${name}`)),
];
const COUNTS = [unit(1, ''), unit(1e3, ' k'), unit(1e6, ' M'), unit(1e9, ' G')];

function unit(size: number, name: string): Unit {
  return { size, name };
}

/** Nanoseconds to `12.3 µs`: three significant digits, from ns to min. `null` becomes a dash. */
export function formatDuration(ns: number | null): string {
  return ns === null ? MISSING : withUnit(ns, DURATIONS, significant);
}

/**
 * A latency of a cell to `12.3 ms`, or to `> 5.1 s` if only a lower bound is known; a dash if no latency is
 * known.
 */
export function formatLatency(
  { completed, latencyNs }: Pick<MeasuredCell, 'completed' | 'latencyNs'>,
  name: PercentileName,
): string {
  if (completed === 0) return MISSING;
  return `${latencyNs.atLeast?.includes(name) ? '> ' : ''}${formatDuration(latencyNs[name])}`;
}

/** Requests per second to `12.3 k/s`. */
export function formatRate(perSecond: number): string {
  return withUnit(perSecond, RATES, significant);
}

/** Bytes to `4 KiB`: exact multiples without a fraction. */
export function formatBytes(bytes: number): string {
  return withUnit(bytes, BYTES, (value) => (Number.isInteger(value) ? String(value) : significant(value)));
}

/** A dimensionless number to `12.3 k`. */
export function formatCount(value: number): string {
  return withUnit(value, COUNTS, (scaled) =>
    Number.isInteger(scaled) ? String(scaled) : significant(scaled),
  );
}

/** A number to three digits, however small: `0.00123`. */
export function formatRounded(value: number): string {
  return grouped(Number(value.toPrecision(3)));
}

/** A factor to `12.3 ×`. */
export function formatRatio(ratio: number): string {
  return `${formatFactor(ratio)} ×`;
}

/**
 * A factor without its sign: `12.3`, `1,690`, `123 k`. Thousands are written in full: `1.69 k ×` reads like
 * 1.69 ×.
 */
export function formatFactor(ratio: number): string {
  if (ratio < 999.5) return significant(ratio);
  const rounded = Number(ratio.toPrecision(3));
  return rounded < 100_000 ? grouped(rounded) : withUnit(rounded, COUNTS, significant);
}

/** A share (1 is all) to `12 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Half the width of an interval, as a share of its median, to `±4.0%`; empty where there is no interval. */
export function formatHalfWidth(interval: Interval): string {
  const share = halfWidth(interval);
  return share === 0 ? '' : `±${formatShare(share).replace(' ', '')}`;
}

/** The longer arm of an interval as a share of its median; 0 where the median is 0. */
export function halfWidth({ median, low, high }: Interval): number {
  return median === 0 ? 0 : Math.max(high - median, median - low) / median;
}

/** The quantity of an axis. */
export type Quantity = 'duration' | 'rate' | 'count' | 'share' | 'bytes';
const UNITS = {
  duration: DURATIONS,
  rate: RATES,
  count: COUNTS,
  share: COUNTS,
  bytes: BYTES,
} as const satisfies Record<Quantity, readonly Unit[]>;

/** Short labels for axis ticks: `1 ms`, not `1.00 ms`. */
export function formatTick(value: number, quantity: Quantity): string {
  const short = (scaled: number) => String(Number(scaled.toPrecision(3)));
  if (value < 0) return `-${formatTick(-value, quantity)}`;
  return quantity === 'share' ? `${short(value * 100)} %` : withUnit(value, UNITS[quantity], short);
}

/** Zero in the unit of the tick after it: `0 s` before `1 s`, and not `0 ns`. */
export function formatZero(next: number, quantity: Quantity): string {
  return formatTick(next, quantity).replace(/^[\d.]+/, '0');
}

/** A throughput to the request, with its interval: `12,345/s (11,900 to 12,800)`. */
export function exactRate({ median, low, high }: Interval): string {
  const exact = (value: number) => grouped(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
  return `${exact(median)}/s${low === high ? '' : ` (${exact(low)} to ${exact(high)})`}`;
}

/** A load to `64 clients`, `5,000/s poisson` or `5,000/s poisson from 64 clients`. */
export function formatLoad(load: LoadSpec): string {
  if (load.kind === 'open') return `${grouped(load.ratePerSecond)}/s ${arrivalsOf(load)}`;
  const clients = counted(load.concurrency, 'client');
  return load.thinkNs ? `${clients}, ${formatDuration(load.thinkNs)} think time` : clients;
}

const arrivalsOf = ({ arrivals, clients }: Extract<LoadSpec, { kind: 'open' }>) =>
  clients === undefined ? arrivals : `${arrivals} from ${counted(clients, 'client')}`;

/** More rates than these are not listed, but counted. */
const MOST_RATES = 6;

/** Several loads to `1, 8, 64 clients`, or `20 rates from 417 to 105,000/s poisson`. */
export function formatLoads(loads: readonly LoadSpec[]): string {
  const rates = loads.flatMap((load) => (load.kind === 'open' ? load.ratePerSecond : []));
  const [first] = loads;
  if (first?.kind === 'open' && rates.length === loads.length && rates.length > MOST_RATES) {
    return `${rates.length} rates from ${grouped(Math.min(...rates))} to ${grouped(Math.max(...rates))}/s ${arrivalsOf(first)}`;
  }
  const plain = loads.every((load) => load.kind === 'closed' && !load.thinkNs);
  if (!plain || loads.length < 2) return loads.map(formatLoad).join('; ');
  return `${loads.map((load) => (load.kind === 'closed' ? grouped(load.concurrency) : '')).join(', ')} clients`;
}

/** A moment to `2026-01-02 03:04 UTC`. */
export function formatMoment(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/.exec(iso);
  return match === null ? iso : `${match[1]} ${match[2]} UTC`;
}

/** Parameters to `fileSize 64 MiB, blockSize 4 KiB`; empty where there are none. */
export function formatParams(
  params: CellSpec['params'],
  units: Readonly<Record<string, string>> = {},
): string {
  return Object.entries(params)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${formatParam(value, unitOf(key, units))}`)
    .join(', ');
}

/**
 * A parameter's unit; `undefined` if none is known. Every object has a `constructor`, and so may be called a
 * parameter, too.
 */
export function unitOf(key: string, units: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(units, key) ? units[key] : undefined;
}

function formatParam(value: string | number | boolean, unit: string | undefined): string {
  if (typeof value !== 'number') return String(value);
  if (unit === 'bytes') return formatBytes(value);
  if (unit === 'ns') return value === 0 ? '0' : formatDuration(value);
  return grouped(value);
}

/** A model with its pool's size and its own parameters, if they were set. */
export function formatModel({
  model,
  threads,
  modelParams = {},
}: Pick<CellSpec, 'model' | 'threads' | 'modelParams'>): string {
  const details = [
    ...(threads === undefined ? [] : [counted(threads, 'thread')]),
    ...Object.entries(modelParams).map(([key, value]) => (value === true ? key : `${key} ${value}`)),
  ];
  return details.length === 0 ? model : `${model} (${details.join(', ')})`;
}

/** The unit is chosen after rounding, so that 999.7 ns reads 1.00 µs and never 1000 ns. */
function withUnit(value: number, units: readonly Unit[], digits: (scaled: number) => string): string {
  const index = Math.max(
    0,
    units.findLastIndex((candidate) => value >= candidate.size),
  );
  const fitting = units[index] as Unit;
  const next = units[index + 1];
  const rounded = Number((value / fitting.size).toPrecision(3)) * fitting.size;
  return next !== undefined && rounded >= next.size
    ? digits(rounded / next.size) + next.name
    : digits(value / fitting.size) + fitting.name;
}

function significant(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  if (rounded >= 100) return rounded.toFixed(0);
  if (rounded >= 10) return rounded.toFixed(1);
  return rounded >= 1 ? rounded.toFixed(2) : String(Number(value.toPrecision(2)));
}
