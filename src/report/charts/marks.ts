/**
 * What is drawn over a chart: plugins that live in its configuration, the same on a page and in a picture.
 */
import type { Plugin } from 'chart.js';
import type { Interval } from '../../result.ts';
import { eachPoint, fitText, stroke, write } from './brush.ts';
import type { Look } from './look.ts';

const CAP = 5;

/** Error bars over the points or bars of each dataset: `intervals[dataset][index]`. */
export function errorBars(
  axis: 'x' | 'y',
  intervals: readonly (readonly (Interval | undefined)[])[],
  colourAt: (dataset: number) => string,
  look: Look,
): Plugin {
  return {
    id: 'errorBars',
    afterDatasetsDraw(chart) {
      const scale = chart.scales[axis];
      if (scale === undefined) return;
      eachPoint(chart, intervals, (interval, point, dataset) => {
        if (interval.low === interval.high) return;
        const [from, to] = [scale.getPixelForValue(interval.low), scale.getPixelForValue(interval.high)];
        const across = axis === 'x' ? point.y : point.x;
        const segments = [
          [from, 0, to, 0],
          [from, -CAP, from, CAP],
          [to, -CAP, to, CAP],
        ] as const;
        const placed = segments.map(([a, b, c, d]) =>
          axis === 'x' ? [a, across + b, c, across + d] : [across + b, a, across + d, c],
        );
        // A rim, so that the whisker is seen on a bar of any colour; on a line it would wipe out the point.
        if (axis === 'x') stroke(chart, look.theme.background, placed, 4);
        stroke(chart, colourAt(dataset), placed);
      });
    },
  };
}

/** The meaning of whiskers, to follow a sentence; empty without whiskers, as with a single trial. */
export function aboutWhiskers(intervals: readonly (Interval | undefined)[]): string {
  const isAny = intervals.some((interval) => interval !== undefined && interval.low !== interval.high);
  return isAny ? ' Whiskers: the 95 % interval of the typical trial, for each model by itself.' : '';
}

/** A text right of each bar's end (or of its error bar's). */
export function endLabels(
  labels: readonly (string | undefined)[],
  ends: readonly number[],
  look: Look,
): Plugin {
  return {
    id: 'endLabels',
    afterDatasetsDraw(chart) {
      eachPoint(chart, [labels], (label, point, _dataset, index) => {
        const end = chart.scales.x?.getPixelForValue(ends[index] ?? 0) ?? point.x;
        write(chart, label, end + 8, point.y, look.theme.text, look.textSize, 'left', look.theme.background);
      });
    },
  };
}

/** A text right of each bar where a row has several, `labels[part][row]`: none where bars are too thin for it. */
export function besideLabels(labels: readonly (readonly (string | undefined)[])[], look: Look): Plugin {
  const size = look.textSize * 0.8;
  return {
    id: 'besideLabels',
    afterDatasetsDraw(chart) {
      eachPoint(chart, labels, (label, point) => {
        const { height = 0 } = point as { height?: number };
        if (height >= size * 0.75)
          write(chart, label, point.x + 6, point.y, look.theme.muted, size, 'left', look.theme.background);
      });
    },
  };
}

/** A text inside the row of a model that has no figures: the row stays, and says why it is empty. */
export function rowNotes(notes: readonly (string | undefined)[], look: Look): Plugin {
  return {
    id: 'rowNotes',
    afterDatasetsDraw(chart) {
      notes.forEach((note, row) => {
        const y = chart.scales.y?.getPixelForValue(row);
        if (note === undefined || y === undefined) return;
        const text = fitText(chart, note, chart.chartArea.width - 16, look);
        write(
          chart,
          text,
          chart.chartArea.left + 8,
          y,
          look.theme.muted,
          look.textSize,
          'left',
          look.theme.background,
        );
      });
    },
  };
}

/** Upright dashed lines across a row, at each of its values. */
export function rowMarks(values: readonly (readonly number[])[], look: Look): Plugin {
  const reach = look.textSize * 1.3;
  return {
    id: 'rowMarks',
    afterDatasetsDraw(chart) {
      const { x, y } = chart.scales;
      if (x === undefined || y === undefined) return;
      values.forEach((marks, row) => {
        const at = y.getPixelForValue(row);
        const lines = marks.map((value) => {
          const across = x.getPixelForValue(value);
          return [across, at - reach, across, at + reach];
        });
        stroke(chart, look.theme.background, lines, 4);
        stroke(chart, look.theme.text, lines, 2, [4, 3]);
      });
    },
  };
}

/** A line from the smallest to the largest value of each row, under the points. */
export function rowSpans(
  spans: readonly (readonly [number, number] | undefined)[],
  colours: readonly string[],
  width = 3,
): Plugin {
  return {
    id: 'rowSpans',
    beforeDatasetsDraw(chart) {
      spans.forEach((span, row) => {
        const { x, y } = chart.scales;
        if (span === undefined || x === undefined || y === undefined) return;
        const across = y.getPixelForValue(row);
        stroke(
          chart,
          colours[row] ?? '',
          [[x.getPixelForValue(span[0]), across, x.getPixelForValue(span[1]), across]],
          width,
        );
      });
    },
  };
}

/** Texts beside both ends of each row's span. */
export function spanLabels(
  spans: readonly (readonly [number, number] | undefined)[],
  format: (value: number) => string,
  look: Look,
): Plugin {
  return {
    id: 'spanLabels',
    afterDatasetsDraw(chart) {
      spans.forEach((span, row) => {
        const { x, y } = chart.scales;
        if (span === undefined || x === undefined || y === undefined) return;
        const across = y.getPixelForValue(row);
        const size = look.textSize * 0.85;
        write(
          chart,
          format(span[0]),
          x.getPixelForValue(span[0]) - 12,
          across,
          look.theme.muted,
          size,
          'right',
          look.theme.background,
        );
        if (span[1] > span[0])
          write(
            chart,
            format(span[1]),
            x.getPixelForValue(span[1]) + 12,
            across,
            look.theme.muted,
            size,
            'left',
            look.theme.background,
          );
      });
    },
  };
}

/** A dashed line across the chart at each value, with what it stands for above its beginning. */
export function limitLines(values: readonly number[], format: (value: number) => string, look: Look): Plugin {
  return {
    id: 'limitLines',
    beforeDatasetsDraw(chart) {
      const { left, right } = chart.chartArea;
      for (const value of values) {
        const y = chart.scales.y?.getPixelForValue(value) ?? 0;
        stroke(chart, look.theme.muted, [[left, y, right, y]], 1.5, [6, 4]);
        write(
          chart,
          format(value),
          left + 6,
          y - look.textSize * 0.7,
          look.theme.muted,
          look.textSize * 0.85,
        );
      }
    },
  };
}

/** An upright dashed line through the chart at each moment, with what it was beside its top. */
export function momentLines(
  moments: readonly { readonly at: number; readonly label: string }[],
  look: Look,
): Plugin {
  return {
    id: 'momentLines',
    afterDatasetsDraw(chart) {
      const { top, bottom, left, right } = chart.chartArea;
      const size = look.textSize * 0.85;
      moments.forEach(({ at, label }, row) => {
        const x = chart.scales.x?.getPixelForValue(at) ?? 0;
        stroke(chart, look.theme.muted, [[x, top, x, bottom]], 1.5, [6, 4]);
        // Towards the middle, and each lower than the one before it: labels do not cover each other.
        const isLeft = x < (left + right) / 2;
        const y = top + size * (0.8 + 1.4 * (row % 4));
        const align = isLeft ? 'left' : 'right';
        write(chart, label, x + (isLeft ? 5 : -5), y, look.theme.muted, size, align, look.theme.background);
      });
    },
  };
}
