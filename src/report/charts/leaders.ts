/**
 * Names beside single points that may lie on each other: the names move apart, a thin line leads back to each
 * point.
 */
import type { Chart, Plugin } from 'chart.js';
import { stroke, write } from './brush.ts';
import type { Look } from './look.ts';

interface Label {
  readonly text: string;
  readonly colour: string;
}
interface Point extends Label {
  readonly at: { readonly x: number; readonly y: number };
}
interface Placed extends Point {
  readonly x: number;
  readonly y: number;
}

/** Closer than this share of the width, names would stand on each other. */
const NEAR = 0.22;
const ASIDE = 26;

/** One label for the first point of each dataset. */
export function leaderLabels(labels: readonly Label[], look: Look): Plugin {
  return {
    id: 'leaderLabels',
    afterDatasetsDraw(chart) {
      for (const { text, colour, x, y, at } of place(chart, labels, look)) {
        const toLeft = x < at.x;
        stroke(chart, colour, [[at.x + (toLeft ? -6 : 6), at.y, toLeft ? x + 3 : x - 3, y]], 1);
        write(
          chart,
          text,
          x,
          y,
          colour,
          look.textSize * 0.9,
          toLeft ? 'right' : 'left',
          look.theme.background,
        );
      }
    },
  };
}

/**
 * Points near each other share a column of names beside them, from top to bottom in the order of the points.
 */
function place(chart: Chart, labels: readonly Label[], look: Look): Placed[] {
  const { left, right } = chart.chartArea;
  const points = labels.flatMap((label, dataset) => {
    const point = chart.isDatasetVisible(dataset) ? chart.getDatasetMeta(dataset).data[0] : undefined;
    return point === undefined ? [] : [{ ...label, at: { x: point.x, y: point.y } }];
  });
  const columns: Point[][] = [];
  for (const point of points.toSorted((a, b) => a.at.x - b.at.x)) {
    const last = columns.at(-1)?.at(-1);
    if (last !== undefined && point.at.x - last.at.x < (right - left) * NEAR) columns.at(-1)?.push(point);
    else columns.push([point]);
  }
  return columns.flatMap((column) => stack(column, chart, look));
}

function stack(
  column: readonly Point[],
  { chartArea: { left, right, top, bottom } }: Chart,
  look: Look,
): Placed[] {
  const step = look.textSize * 1.15;
  const xs = column.map(({ at }) => at.x);
  const x = Math.max(...xs) > left + (right - left) * 0.7 ? Math.min(...xs) - ASIDE : Math.max(...xs) + ASIDE;
  const sorted = column.toSorted((a, b) => a.at.y - b.at.y || b.at.x - a.at.x);
  const ys: number[] = [];
  for (const { at } of sorted) ys.push(Math.max(at.y, (ys.at(-1) ?? top - step / 2) + step));
  const excess = Math.max(0, (ys.at(-1) ?? 0) - (bottom - step / 2));
  return sorted.map((point, order) => ({
    ...point,
    x,
    y: Math.max(top + step * (order + 0.5), (ys[order] ?? 0) - excess),
  }));
}
