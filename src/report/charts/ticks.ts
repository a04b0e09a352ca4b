/** Which ticks a logarithmic axis has. */
import type { Scale } from 'chart.js';
import type { Quantity } from '../formats/format.ts';
import type { Look } from './look.ts';

/** The powers of ten of a second end at ten seconds: people count minutes and hours after that. */
const LONG_NS = [60e9, 600e9, 3600e9];
const LONG_STEPS_NS = [20e9, 30e9, 60e9, 120e9, 300e9, 600e9, 1200e9, 1800e9, 3600e9];
const FEW_TICKS = 4;

/** Decades; with steps of 1, 2, 5 between where there are few. */
export function logTicks(min: number, max: number, quantity: Quantity): number[] {
  const within = (value: number) => value >= min * 0.9999 && value <= max * 1.0001;
  for (const steps of [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]]) {
    const ticks = candidates(min, max, steps, quantity).filter(within);
    if (ticks.length >= FEW_TICKS) return ticks;
  }
  return candidates(
    min,
    max,
    [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
    quantity,
  ).filter(within);
}

/** Leaves out ticks whose labels would touch others; powers of ten stay first. */
export function thin(ticks: readonly number[], axis: Scale, look: Look): number[] {
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
  if (quantity !== 'duration') return ticks;
  return [...ticks.filter((ns) => ns >= 1 && ns < 15e9), ...(steps.length === 1 ? LONG_NS : LONG_STEPS_NS)];
}
