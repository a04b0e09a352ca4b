/** Axes with ticks that carry units, from nanoseconds to minutes. */
import type { Scale } from 'chart.js';
import { formatTick, formatZero, type Quantity } from '../formats/format.ts';
import type { Look } from './look.ts';
import { logTicks, thin } from './ticks.ts';

/** A logarithmic axis over positive values, padded by a share of its length at both ends. */
export function logAxis(
  values: readonly number[],
  quantity: Quantity,
  title: string,
  look: Look,
  padding = 0.05,
) {
  const [min, max] = logRange(values, padding);
  return {
    type: 'logarithmic' as const,
    min,
    max,
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = thin(logTicks(axis.min, axis.max, quantity), axis, look).map((value) => ({ value }));
    },
    ticks: {
      ...tickText(look),
      autoSkip: false,
      callback: (value: string | number) => formatTick(Number(value), quantity),
    },
    ...lines(look),
    title: axisTitle(`${title} (log scale)`, look),
  };
}

export interface ValueAxis {
  readonly values: readonly number[];
  readonly quantity: Quantity;
  readonly title: string;
  /** What it is where the reader has not chosen. */
  readonly usual: 'linear' | 'log';
  /** Room beyond the values: a share of the length of a logarithmic axis, a percentage of a linear one. */
  readonly padding?: number;
  readonly headroom?: string;
}

/**
 * An axis of values, linear or logarithmic as the reader wants it. Without a value above zero it is linear.
 */
export function valueAxis(
  { values, quantity, title, usual, padding, headroom = '6%' }: ValueAxis,
  look: Look,
) {
  const wanted = look.scale === 'auto' ? usual : look.scale;
  const isLog = wanted === 'log' && values.some((value) => value > 0);
  if (isLog) return logAxis(values, quantity, title, look, padding);
  // A whisker is no point of the chart's: without this it would run off the axis, and take its label along.
  return {
    ...linearAxis(title, look, headroom, quantity),
    suggestedMax: values.reduce((most, value) => Math.max(most, value), 0),
  };
}

/** A linear axis from zero. */
export function linearAxis(title: string, look: Look, headroom: string, quantity: Quantity = 'rate') {
  return {
    type: 'linear' as const,
    beginAtZero: true,
    grace: headroom,
    ticks: {
      ...tickText(look),
      maxTicksLimit: 8,
      callback: (value: string | number, index: number, ticks: readonly { readonly value: number }[]) =>
        Number(value) === 0
          ? formatZero(ticks[index + 1]?.value ?? 0, quantity)
          : formatTick(Number(value), quantity),
    },
    ...lines(look),
    title: axisTitle(title, look),
  };
}

/**
 * The same axis with its ticks at what was measured, where it is logarithmic: people look for 8 and 64
 * clients, not for 10 and 30.
 */
export function tickedAt<Axis extends { readonly type: string }>(
  axis: Axis,
  values: readonly number[],
  look: Look,
): Axis {
  if (axis.type !== 'logarithmic') return axis;
  return {
    ...axis,
    afterBuildTicks: (scale: Scale) => {
      const shown = [...new Set(values)].filter((value) => value >= scale.min && value <= scale.max);
      scale.ticks = thin(shown, scale, look).map((value) => ({ value }));
    },
  };
}

/** More names than these are not all written out: steps of a search are dozens. */
const MOST_NAMES = 12;

/** An axis of names. */
export function nameAxis(labels: readonly string[], look: Look, title?: string) {
  return {
    type: 'category' as const,
    labels: [...labels],
    offset: true,
    ticks: { ...tickText(look), color: look.theme.text, autoSkip: labels.length > MOST_NAMES },
    grid: { display: false },
    border: { color: look.theme.grid },
    title: title === undefined ? { display: false } : axisTitle(title, look),
  };
}

/** An axis of shares of a whole. */
export function shareAxis(title: string, look: Look, max: number | undefined = 1) {
  return {
    ...linearAxis(title, look, '6%', 'share'),
    ...(max === undefined ? {} : { min: 0, max, grace: 0 }),
  };
}

/** The nines: 1 / (1 - p) on a logarithmic axis, so that each nine takes as much room as the one before. */
export function ninesAxis(mostBeyond: number, look: Look) {
  const ticks = [1, 2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter((value) => value <= mostBeyond * 1.0001);
  return {
    type: 'logarithmic' as const,
    min: 1,
    // The last mark is as wide as any: it stays clear of what is beside the chart.
    max: Math.max(2, mostBeyond) * 1.12,
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = thin(ticks, axis, look).map((value) => ({ value }));
    },
    ticks: { ...tickText(look), callback: (value: string | number) => formatNines(Number(value)) },
    ...lines(look),
    title: axisTitle('percentile of requests (equal width per nine)', look),
  };
}

/** 1 / (1 - p) to `99.9 %`. */
export function formatNines(beyond: number): string {
  return `${Number((100 * (1 - 1 / beyond)).toPrecision(10))} %`;
}

/**
 * From below the smallest to above the largest value; a decade at least, so that one value does not fill the
 * axis.
 */
function logRange(values: readonly number[], padding: number): [number, number] {
  const positive = values.filter((value) => value > 0).map(Math.log10);
  if (positive.length === 0) return [1, 10];
  const low = positive.reduce((a, b) => Math.min(a, b));
  const high = positive.reduce((a, b) => Math.max(a, b));
  const spread = Math.max(high - low, 0.5);
  const missing = (spread - (high - low)) / 2;
  return [10 ** (low - missing - spread * padding), 10 ** (high + missing + spread * padding)];
}

function tickText(look: Look) {
  return { color: look.theme.muted, font: { size: look.textSize }, maxRotation: 0, padding: 10 };
}

function lines(look: Look) {
  return { grid: { color: look.theme.grid, drawTicks: false }, border: { display: false } };
}

function axisTitle(text: string, look: Look) {
  return { display: true, text, color: look.theme.muted, font: { size: look.textSize * 0.95 } };
}
