/** Names beside single points that may lie on each other: the names move apart, a thin line leads back to each point. */
import type { Chart, Plugin } from 'chart.js';
import { stroke, write } from './brush.ts';
import type { Look } from './look.ts';

interface Label {
  readonly text: string;
  readonly colour: string;
}
interface Placed extends Label {
  readonly x: number;
  readonly y: number;
  readonly at: { x: number; y: number };
}

/** One label for the first point of each dataset. */
export function leaderLabels(labels: readonly Label[], look: Look): Plugin {
  return {
    id: 'leaderLabels',
    afterDatasetsDraw(chart) {
      for (const { text, colour, x, y, at } of place(chart, labels, look)) {
        const toLeft = x < at.x;
        stroke(chart, colour, [[at.x + (toLeft ? -6 : 6), at.y, toLeft ? x + 3 : x - 3, y]], 1);
        write(chart, text, x, y, colour, look.textSize * 0.9, toLeft ? 'right' : 'left', look.theme.background);
      }
    },
  };
}

/** From top to bottom; each a line below the one before, where they are on the same side. */
function place(chart: Chart, labels: readonly Label[], look: Look): Placed[] {
  const { left, right, top, bottom } = chart.chartArea;
  const step = look.textSize * 1.15;
  const points = labels.flatMap((label, dataset) => {
    const point = chart.isDatasetVisible(dataset) ? chart.getDatasetMeta(dataset).data[0] : undefined;
    return point === undefined ? [] : [{ ...label, at: { x: point.x, y: point.y } }];
  });
  const sides = [points.filter(({ at }) => at.x <= (left + right) / 2), points.filter(({ at }) => at.x > (left + right) / 2)];
  return sides.flatMap((side, index) => {
    const sorted = side.toSorted((a, b) => a.at.y - b.at.y);
    const ys: number[] = [];
    for (const { at } of sorted) ys.push(Math.max(at.y, (ys.at(-1) ?? top - step / 2) + step));
    const excess = Math.max(0, (ys.at(-1) ?? 0) - (bottom - step / 2));
    return sorted.map((point, order) => {
      const y = excess === 0 ? (ys[order] ?? 0) : Math.max(top + step * (order + 0.5), (ys[order] ?? 0) - excess);
      return { ...point, x: point.at.x + (index === 0 ? 26 : -26), y };
    });
  });
}
