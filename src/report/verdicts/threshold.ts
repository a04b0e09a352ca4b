/** A condition that a run has to meet: `tcp-echo/epoll: p99<2ms`. */
import { distance } from 'fastest-levenshtein';
import { UserError } from '../../errors.ts';
import { parseDuration } from '../../quantity.ts';
import type { CellSpec, MeasuredCell, PercentileName, RunDocument } from '../../result.ts';
import { formatDuration, formatLoad, formatModel, formatRate, formatShare } from '../formats/format.ts';
import { isMeasured } from '../summary/sections.ts';

/**
 * Latencies are over all trials, from the intended start; the throughput is the typical trial's; `failed` is
 * a share of all requests.
 */
const METRICS = {
  p50: latency('p50'),
  p90: latency('p90'),
  p99: latency('p99'),
  p999: latency('p999'),
  mean: latency('mean'),
  max: latency('max'),
  throughput: {
    parse: parseRate,
    format: (perSecond: number) => formatRate(perSecond),
    read: (cell: MeasuredCell) => cell.throughputPerSecond.median,
  },
  failed: {
    parse: parseShare,
    format: (share: number) => formatShare(share),
    read: ({ completed, failed }: MeasuredCell) => (failed === 0 ? 0 : failed / (completed + failed)),
  },
} as const satisfies Record<string, Metric>;

interface Metric {
  parse(written: string): number;
  format(value: number): string;
  /** `null` if too few requests support it. */
  read(cell: MeasuredCell): number | null;
}
export type ThresholdMetric = keyof typeof METRICS;
export type ThresholdOperator = '<' | '<=' | '>' | '>=';

/** A figure and its limit. */
export interface Objective {
  readonly metric: ThresholdMetric;
  readonly op: ThresholdOperator;
  /** Nanoseconds, per second, or a share. */
  readonly value: number;
}
export interface Threshold extends Objective {
  /** As it was written. */
  readonly text: string;
  /** Names, in which `*` stands for anything; `undefined` if all are meant. */
  readonly workload?: string;
  readonly model?: string;
}

const EXAMPLE = "write it like 'p99<20ms'";
const SCOPED_EXAMPLE =
  "write it like 'WORKLOAD/MODEL: p99<2ms', 'tcp-echo: throughput>=10k/s' or 'failed<1%'";

/**
 * Reads `p99<20ms`, `throughput>=10k/s`, `failed<1%`.
 * @throws UserError if it is not of the form, or there is no such metric.
 */
export function parseObjective(written: string, hint = EXAMPLE): Objective {
  const [, name, op, value] = /^\s*([\w.]+)\s*(<=|>=|<|>)\s*([^<>=]+?)\s*$/.exec(written) ?? [];
  if (name === undefined || op === undefined || value === undefined)
    throw new UserError(`${JSON.stringify(written)} is not an objective`, { hint });
  const metric = metricNamed(name);
  return { metric, op: op as ThresholdOperator, value: METRICS[metric].parse(value) };
}

/**
 * Reads `WORKLOAD/MODEL: METRIC OPERATOR VALUE`; the model, or both, may be left out.
 * @throws UserError if it is not of the form, or there is no such metric.
 */
export function parseThreshold(written: string): Threshold {
  const [, scope, objective = ''] = /^(?:([^:]*):)?(.*)$/s.exec(written) ?? [];
  const [workload, model, ...rest] = (scope ?? '').split('/').map((name) => name.trim());
  if (rest.length > 0 || (scope !== undefined && (workload === '' || model === ''))) {
    throw new UserError(`${JSON.stringify(written)} is not a threshold`, { hint: SCOPED_EXAMPLE });
  }
  return {
    text: written.trim(),
    ...(workload ? { workload } : {}),
    ...(model ? { model } : {}),
    ...parseObjective(objective, SCOPED_EXAMPLE),
  };
}

/** Whether a cell is one of those that a threshold is for. */
export function isMeant(
  { workload = '*', model = '*' }: Pick<Threshold, 'workload' | 'model'>,
  cell: Pick<CellSpec, 'workload' | 'model'>,
): boolean {
  return matches(workload, cell.workload) && matches(model, cell.model);
}

export interface ThresholdCheck {
  readonly threshold: Threshold;
  /** `undefined` if no cell of the run is meant. */
  readonly cell: CellSpec | undefined;
  /** In the threshold's unit; `undefined` without a figure. */
  readonly measured: number | undefined;
  readonly ok: boolean;
  /** A sentence without a full stop. */
  readonly message: string;
}

/**
 * Checks a run against thresholds: one result per cell that is meant. A cell that failed, a percentile that
 * too few requests support, and a threshold without a measured cell are not ok; an unsupported pair is not
 * checked.
 */
export function checkThresholds(thresholds: readonly Threshold[], { cells }: RunDocument): ThresholdCheck[] {
  return thresholds.flatMap((threshold) => {
    const meant = cells.filter((cell) => isMeant(threshold, cell) && cell.status !== 'unsupported');
    if (meant.length === 0) {
      return [
        {
          threshold,
          cell: undefined,
          measured: undefined,
          ok: false,
          message: `${threshold.text}: no cell was measured for it`,
        },
      ];
    }
    return meant.map((cell): ThresholdCheck => {
      const name = `${cell.workload}, ${formatModel(cell)}, ${formatLoad(cell.load)}`;
      const missing = (why: string) => ({
        threshold,
        cell,
        measured: undefined,
        ok: false,
        message: `${threshold.text}: ${name}: ${why}`,
      });
      if (!isMeasured(cell)) return missing(cell.reason);
      if (isUnknownAbove(cell, threshold))
        return missing(
          `${formatFigure(threshold, figureOf(cell, threshold.metric) ?? 0)} at least; the rest is not known`,
        );
      const measured = figureOf(cell, threshold.metric);
      if (measured === undefined) return missing(`too few requests for ${threshold.metric}`);
      return {
        threshold,
        cell,
        measured,
        ok: keeps(threshold, measured),
        message: `${threshold.text}: ${name}: ${formatFigure(threshold, measured)}`,
      };
    });
  });
}

/** Whether a figure is within its limit. */
export function keeps({ op, value }: Objective, measured: number): boolean {
  if (op === '<') return measured < value;
  if (op === '<=') return measured <= value;
  return op === '>' ? measured > value : measured >= value;
}

/** The figure, formatted. */
export const formatFigure = ({ metric }: Pick<Objective, 'metric'>, measured: number): string =>
  METRICS[metric].format(measured);

/** A lower bound does not decide a threshold above it. */
function isUnknownAbove(cell: MeasuredCell, threshold: Threshold): boolean {
  const { metric } = threshold;
  if (metric === 'throughput' || metric === 'failed' || !cell.latencyNs.atLeast?.includes(metric))
    return false;
  const isUpperBound = threshold.op === '<' || threshold.op === '<=';
  return isUpperBound === keeps(threshold, cell.latencyNs[metric] ?? 0);
}

function figureOf(cell: MeasuredCell, metric: ThresholdMetric): number | undefined {
  const measured = METRICS[metric].read(cell);
  if (measured === null) return undefined;
  // If no request was completed, no latency is known, whatever the histogram contains.
  return cell.completed === 0 && metric !== 'throughput' && metric !== 'failed' ? undefined : measured;
}

function latency(name: PercentileName): Metric {
  return { parse: parseDuration, format: (ns) => formatDuration(ns), read: (cell) => cell.latencyNs[name] };
}

/** `p99.9` is the same as `p999`. */
function metricNamed(written: string): ThresholdMetric {
  const name = written === 'p99.9' ? 'p999' : written;
  if (Object.hasOwn(METRICS, name)) return name as ThresholdMetric;
  const known = Object.keys(METRICS);
  const nearest = known.toSorted((a, b) => distance(name, a) - distance(name, b))[0] as string;
  const isNear = distance(name, nearest) <= Math.max(1, nearest.length / 3);
  throw new UserError(`there is no metric ${JSON.stringify(written)}`, {
    hint: isNear ? `did you mean ${nearest}?` : `there are ${known.join(', ')}`,
  });
}

const THOUSANDS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };

/** `5000`, `10k`, `1.5M/s`. */
function parseRate(written: string): number {
  const [, digits, thousands = ''] = /^(\d+(?:\.\d+)?) ?([kM]?)(?:\/s)?$/.exec(written) ?? [];
  if (digits === undefined)
    throw new UserError(`${JSON.stringify(written)} is not a rate`, {
      hint: 'write it like 5000, 10k/s or 1.5M/s',
    });
  return Number(digits) * (THOUSANDS[thousands] as number);
}

/** `1%`; a bare 0 needs no unit. */
function parseShare(written: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?(%?)$/.exec(written) ?? [];
  const percent = Number(digits ?? Number.NaN);
  if (!(percent <= 100) || (unit === '' && percent !== 0)) {
    throw new UserError(`${JSON.stringify(written)} is not a share`, {
      hint: 'write it in percent, like failed<1% or failed<=0',
    });
  }
  return percent / 100;
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
