/// <reference lib="dom" />
/** Live charts, from the same definitions as the pictures. They are drawn again when the theme or the width changes. */
import { Chart, registerables } from 'chart.js';
import type { ChartDefinition } from '../charts/index.ts';
import { type Look, pageLook } from '../charts/look.ts';
import { element } from './dom.ts';

Chart.register(...registerables);

const dark = matchMedia('(prefers-color-scheme: dark)');
const narrow = matchMedia('(max-width: 640px)');
const redraws: (() => void)[] = [];

const PIXELS_A_ROW = 30;
const PIXELS_AROUND_ROWS = 130;
const USUAL_HEIGHT = 420;

/** A figure that draws a chart: title, subtitle and how to read it are text. `define` is asked again for each look. */
export function chartFigure(define: (look: Look) => ChartDefinition): HTMLElement {
  const first = define(currentLook());
  const canvas = element('canvas', { role: 'img', 'aria-label': `${first.title}. ${first.howToRead}` });
  const frame = element('div', { class: 'canvas' }, canvas);
  frame.style.height = `${heightOf(first)}px`;
  let chart: Chart | undefined;
  redraws.push(() => {
    chart?.destroy();
    chart = new Chart(canvas, define(currentLook()).configuration);
  });
  return element(
    'figure',
    { id: first.name },
    element(
      'figcaption',
      {},
      element('h3', {}, first.title),
      element('p', { class: 'subtitle' }, first.subtitle),
      element('p', { class: 'how' }, first.howToRead),
    ),
    frame,
  );
}

/** Draws all figures; to be called once they are on the page, where they have a size. */
export function drawCharts(): void {
  const draw = () => {
    for (const redraw of redraws) redraw();
  };
  draw();
  dark.addEventListener('change', draw);
  narrow.addEventListener('change', draw);
}

function currentLook(): Look {
  return pageLook(dark.matches ? 'dark' : 'light', narrow.matches);
}

function heightOf({ rows }: ChartDefinition): number {
  return rows === undefined ? USUAL_HEIGHT : rows * PIXELS_A_ROW + PIXELS_AROUND_ROWS;
}
