/**
 * Zooming a chart: one range per axis, set into its configuration. By hand: chartjs-plugin-zoom also needs
 * hammerjs, and zooms a living chart, whereas here each definition is drawn anew with its ranges.
 */
import type { Chart, ChartConfiguration, Plugin } from 'chart.js';

export type Range = readonly [min: number, max: number];
export type Ranges = Readonly<Partial<Record<'x' | 'y', Range>>>;

interface ScaleOptions {
  readonly type?: string;
  readonly reverse?: boolean;
}

/** The configuration with its axes cut to the ranges. */
export function zoomed(configuration: ChartConfiguration, ranges: Ranges): ChartConfiguration {
  const entries = Object.entries(ranges);
  if (entries.length === 0) return configuration;
  const scales: Record<string, object | undefined> = { ...configuration.options?.scales };
  for (const [axis, [min, max]] of entries)
    scales[axis] = { ...scales[axis], min, max, beginAtZero: false, grace: 0 };
  return {
    ...configuration,
    options: { ...configuration.options, scales } as NonNullable<ChartConfiguration['options']>,
    plugins: [clipBegin, ...(configuration.plugins ?? []), clipEnd],
  };
}

/** The axes that can be zoomed: those of values. Rows of models and lists of loads are shown whole. */
export function zoomableAxes({ options }: ChartConfiguration): ('x' | 'y')[] {
  const scales = options?.scales as Record<string, ScaleOptions | undefined> | undefined;
  return (['x', 'y'] as const).filter((axis) => {
    const { type, reverse = false } = scales?.[axis] ?? {};
    return (type === 'linear' || type === 'logarithmic') && !reverse;
  });
}

/** The ranges after zooming about the middle: `factor` 0.5 shows half of each axis. */
export function zoomedAbout(chart: Chart, axes: readonly ('x' | 'y')[], factor: number): Ranges {
  return Object.fromEntries(
    axes.flatMap((axis) => {
      const scale = chart.scales[axis];
      if (scale === undefined) return [];
      const isLog = scale.type === 'logarithmic';
      const [from, to] = isLog ? [Math.log10(scale.min), Math.log10(scale.max)] : [scale.min, scale.max];
      const half = ((to - from) / 2) * factor;
      const middle = (from + to) / 2;
      const range = [middle - half, middle + half].map((value) => (isLog ? 10 ** value : value));
      return [[axis, range as unknown as Range]];
    }),
  );
}

/** The ranges of a rectangle in pixels of the canvas. */
export function rangesOf(
  chart: Chart,
  axes: readonly ('x' | 'y')[],
  from: { x: number; y: number },
  to: { x: number; y: number },
): Ranges {
  return Object.fromEntries(
    axes.flatMap((axis) => {
      const scale = chart.scales[axis];
      if (scale === undefined) return [];
      const ends = [from[axis], to[axis]]
        .map((pixel) => scale.getValueForPixel(pixel) ?? 0)
        .sort((a, b) => a - b);
      return [[axis, [Math.max(scale.min, ends[0] ?? 0), Math.min(scale.max, ends[1] ?? 0)] as const]];
    }),
  );
}

/** Points outside the axes are not drawn over their labels. */
const clipBegin: Plugin = {
  id: 'clipBegin',
  beforeDatasetsDraw({ ctx, chartArea: { left, top, width, height } }) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
  },
};
const clipEnd: Plugin = {
  id: 'clipEnd',
  afterDatasetsDraw({ ctx }) {
    ctx.restore();
  },
};
