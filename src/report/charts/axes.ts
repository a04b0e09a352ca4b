/** Axes with ticks that carry units, from nanoseconds to minutes. */
import type { Scale } from 'chart.js';
import { formatTick } from '../format.ts';
import type { Look } from './look.ts';

type Quantity = 'duration' | 'rate';

/** The powers of ten of a second end at ten seconds: people count minutes and hours after that. */
const LONG_NS = [60e9, 600e9, 3600e9];
const LONG_STEPS_NS = [20e9, 30e9, 60e9, 120e9, 300e9, 600e9, 1200e9, 1800e9, 3600e9];
const FEW_TICKS = 4;

/** A logarithmic axis over positive values, padded by a share of its length at both ends. */
export function logAxis(values: readonly number[], quantity: Quantity, title: string, look: Look, padding = 0.05) {
  const [min, max] = logRange(values, padding);
  const ticks = logTicks(min, max, quantity);
  return {
    type: 'logarithmic' as const,
    min,
    max,
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = thin(ticks, axis, look).map((value) => ({ value }));
    },
    ticks: { ...tickText(look), autoSkip: false, callback: (value: string | number) => formatTick(Number(value), quantity) },
    ...lines(look),
    title: axisTitle(`${title} (log scale)`, look),
  };
}

/** A linear axis from zero, for rates. */
export function rateAxis(title: string, look: Look, headroom: string) {
  return {
    type: 'linear' as const,
    beginAtZero: true,
    grace: headroom,
    ticks: { ...tickText(look), maxTicksLimit: 8, callback: (value: string | number) => formatTick(Number(value), 'rate') },
    ...lines(look),
    title: axisTitle(title, look),
  };
}

/** An axis of names. */
export function nameAxis(labels: readonly string[], look: Look, title?: string) {
  return {
    type: 'category' as const,
    labels: [...labels],
    offset: true,
    ticks: { ...tickText(look), color: look.theme.text, autoSkip: false },
    grid: { display: false },
    border: { color: look.theme.grid },
    title: title === undefined ? { display: false } : axisTitle(title, look),
  };
}

/** The nines: 1 / (1 - p) on a logarithmic axis, so that each nine takes as much room as the one before. */
export function ninesAxis(mostBeyond: number, look: Look) {
  const ticks = [1, 2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter((value) => value <= mostBeyond * 1.0001);
  return {
    type: 'logarithmic' as const,
    min: 1,
    max: Math.max(2, mostBeyond),
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = ticks.map((value) => ({ value }));
    },
    ticks: { ...tickText(look), callback: (value: string | number) => formatNines(Number(value)) },
    ...lines(look),
    title: axisTitle('percentile of requests (each nine takes the same room)', look),
  };
}

/** 1 / (1 - p) to `99.9 %`. */
export function formatNines(beyond: number): string {
  return `${Number((100 * (1 - 1 / beyond)).toPrecision(10))} %`;
}

/** From below the smallest to above the largest value; a decade at least, so that one value does not fill the axis. */
function logRange(values: readonly number[], padding: number): [number, number] {
  const positive = values.filter((value) => value > 0).map(Math.log10);
  if (positive.length === 0) return [1, 10];
  const low = positive.reduce((a, b) => Math.min(a, b));
  const high = positive.reduce((a, b) => Math.max(a, b));
  const spread = Math.max(high - low, 0.5);
  const missing = (spread - (high - low)) / 2;
  return [10 ** (low - missing - spread * padding), 10 ** (high + missing + spread * padding)];
}

/** Decades; with steps of 1, 2, 5 between where there are few. */
export function logTicks(min: number, max: number, quantity: Quantity): number[] {
  const within = (value: number) => value >= min * 0.9999 && value <= max * 1.0001;
  for (const steps of [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]]) {
    const ticks = candidates(min, max, steps, quantity).filter(within);
    if (ticks.length >= FEW_TICKS) return ticks;
  }
  return candidates(min, max, [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9], quantity).filter(within);
}

/** Leaves out ticks whose labels would touch others; powers of ten stay first. */
function thin(ticks: readonly number[], axis: Scale, look: Look): number[] {
  const horizontal = axis.isHorizontal();
  const pixels = horizontal ? axis.maxWidth : axis.maxHeight;
  const decades = Math.log10(axis.max / axis.min);
  if (!(pixels > 0 && decades > 0)) return [...ticks];
  const room = ((horizontal ? 4.6 : 1.6) * look.textSize * decades) / pixels;
  const kept: number[] = [];
  const isRound = (value: number) => Number.isInteger(Number(Math.log10(value).toFixed(9)));
  for (const value of [...ticks.filter(isRound), ...ticks.filter((tick) => !isRound(tick))]) {
    if (kept.every((other) => Math.abs(Math.log10(value / other)) >= room)) kept.push(value);
  }
  return kept.sort((a, b) => a - b);
}

function candidates(min: number, max: number, steps: readonly number[], quantity: Quantity): number[] {
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(min)); 10 ** exponent <= max; exponent++) {
    for (const step of steps) ticks.push(Number((step * 10 ** exponent).toPrecision(3)));
  }
  if (quantity === 'rate') return ticks;
  return [...ticks.filter((ns) => ns < 15e9), ...(steps.length === 1 ? LONG_NS : LONG_STEPS_NS)];
}

function tickText(look: Look) {
  return { color: look.theme.muted, font: { size: look.textSize }, maxRotation: 0 };
}

function lines(look: Look) {
  return { grid: { color: look.theme.grid, drawTicks: false }, border: { display: false } };
}

function axisTitle(text: string, look: Look) {
  return { display: true, text, color: look.theme.muted, font: { size: look.textSize * 0.95 } };
}
