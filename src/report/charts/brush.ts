/** How marks are drawn: places of points, strokes and texts. */
import type { Chart } from 'chart.js';
import { FONT_FAMILY, type Look } from './look.ts';

type At = { readonly x: number; readonly y: number };

/** Calls `draw` for each value that has a visible point: `table[dataset][index]`. */
export function eachPoint<T>(
  chart: Chart,
  table: readonly (readonly (T | undefined)[])[],
  draw: (value: T, point: At, dataset: number, index: number) => void,
): void {
  table.forEach((row, dataset) => {
    if (!chart.isDatasetVisible(dataset)) return;
    const points = chart.getDatasetMeta(dataset).data;
    row.forEach((value, index) => {
      const point = points[index];
      if (value !== undefined && point !== undefined && Number.isFinite(point.x) && Number.isFinite(point.y))
        draw(value, point, dataset, index);
    });
  });
}

/** Draws straight lines, each from `[x1, y1, x2, y2]` in pixels. */
export function stroke(
  { ctx }: Chart,
  colour: string,
  segments: readonly (readonly number[])[],
  width = 1.5,
  dash: readonly number[] = [],
): void {
  ctx.save();
  ctx.setLineDash([...dash]);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.beginPath();
  for (const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] of segments) {
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
  }
  ctx.stroke();
  ctx.restore();
}

/** Writes a text, centred on `y`; with a `rim` of that colour where it may lie on a line. */
export function write(
  { ctx }: Chart,
  text: string,
  x: number,
  y: number,
  colour: string,
  size: number,
  align: CanvasTextAlign = 'left',
  rim?: string,
): void {
  ctx.save();
  ctx.fillStyle = colour;
  ctx.font = `${size}px ${FONT_FAMILY}`;
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  if (rim !== undefined) {
    ctx.strokeStyle = rim;
    ctx.lineWidth = 3;
    ctx.lineJoin = 'round';
    ctx.strokeText(text, x, y);
  }
  ctx.fillText(text, x, y);
  ctx.restore();
}

/** Cuts a text to a width in pixels. */
export function fitText({ ctx }: Chart, text: string, width: number, look: Look): string {
  ctx.save();
  ctx.font = `${look.textSize}px ${FONT_FAMILY}`;
  let fitting = text;
  while (fitting.length > 1 && ctx.measureText(fitting).width > width)
    fitting = `${fitting.replace(/…$/, '').slice(0, -1).trimEnd()}…`;
  ctx.restore();
  return fitting;
}
