/// <reference lib="dom" />
/**
 * A live chart with its title, how to read it, its zoom and its table; from the same definitions as the
 * pictures.
 */
import { Chart, type Plugin, registerables } from 'chart.js';
import { type ChartDefinition, type ChartTable, familyOf } from '../charts/index.ts';
import { formatLoad } from '../formats/format.ts';
import { element } from './dom.ts';
import { forget, whenNear } from './near.ts';
import { type Ranges, rangesOf, zoomableAxes, zoomed, zoomedAbout } from './zoom.ts';

Chart.register(...registerables);

export interface Figure {
  /** The chart's. */
  readonly name: string;
  readonly element: HTMLElement;
  /**
   * Draws it, or draws it again, with the definition for the look of the moment; first when it comes near the
   * screen. To be called once it is on the page.
   */
  draw(): void;
  /** The zoomed ranges; without an entry an axis is shown whole. */
  ranges(): Ranges;
  /** Zooms, and draws; without ranges it shows everything. */
  zoomTo(ranges: Ranges): void;
  remove(): void;
}

const PIXELS_A_ROW = 30;
const PIXELS_AROUND_ROWS = 110;
const USUAL_HEIGHT = 400;
const LEAST_HEIGHT = 220;
/** A shorter drag is a click. */
const LEAST_DRAG = 8;

/** Makes a figure; `define` is asked again whenever it is drawn. */
export function chartFigure(
  first: ChartDefinition,
  workload: string,
  define: () => ChartDefinition | undefined,
): Figure {
  const canvas = element('canvas', {
    role: 'img',
    'aria-label': `${first.title}. ${first.howToRead} The figures are in the table below.`,
  });
  const frame = element('div', { class: 'canvas' }, canvas);
  frame.style.height = `${first.rows === undefined ? USUAL_HEIGHT : Math.max(LEAST_HEIGHT, first.rows * PIXELS_A_ROW + PIXELS_AROUND_ROWS)}px`;
  let chart: Chart | undefined;
  let ranges: Ranges = {};
  const marks = exchangeable();
  const drawNow = () => {
    const definition = define();
    if (definition === undefined) return;
    const configuration = zoomed(definition.configuration, ranges);
    marks.current = configuration.plugins ?? [];
    if (chart === undefined) {
      chart = new Chart(canvas, { ...configuration, plugins: [marks.plugin] });
      return;
    }
    chart.data = configuration.data;
    chart.options = configuration.options ?? {};
    chart.update('none');
  };
  const draw = () => (chart === undefined ? whenNear(frame, drawNow) : drawNow());
  const zoomTo = (next: Ranges) => {
    ranges = next;
    reset.disabled = Object.keys(next).length === 0;
    draw();
  };
  const axes = zoomableAxes(first.configuration);
  const zoomBy = (factor: number) => () => {
    if (chart === undefined) drawNow();
    if (chart !== undefined) zoomTo(zoomedAbout(chart, axes, factor));
  };
  const reset = button('Reset zoom', `Reset zoom: ${first.title}`, () => zoomTo({}));
  reset.disabled = true;
  selectable(frame, canvas, (from, to) => chart && zoomTo(rangesOf(chart, axes, from, to)));
  return {
    element: element(
      'figure',
      { id: first.name, 'data-kind': first.kind },
      caption(first, workload),
      frame,
      toolsOf(first, zoomBy, reset),
    ),
    name: first.name,
    draw,
    ranges: () => ranges,
    zoomTo,
    remove() {
      forget(frame);
      chart?.destroy();
    },
  };
}

/**
 * The plugins of a living chart cannot be exchanged: this one draws what the definition of the moment says.
 */
function exchangeable() {
  const marks: { current: readonly Plugin[]; readonly plugin: Plugin } = {
    current: [],
    plugin: {
      id: 'marks',
      beforeDatasetsDraw: (...given) => {
        for (const mark of marks.current) mark.beforeDatasetsDraw?.(...given);
      },
      afterDatasetsDraw: (...given) => {
        for (const mark of marks.current) mark.afterDatasetsDraw?.(...given);
      },
    },
  };
  return marks;
}

function toolsOf(
  { title, table }: ChartDefinition,
  zoomBy: (factor: number) => () => void,
  reset: HTMLElement,
): HTMLElement {
  return element(
    'div',
    { class: 'tools' },
    button('+', `Zoom in: ${title}`, zoomBy(0.5)),
    button('−', `Zoom out: ${title}`, zoomBy(2)),
    reset,
    tableOf(table, title),
  );
}

function caption({ title, howToRead, load, kind }: ChartDefinition, workload: string): HTMLElement {
  const short = title.startsWith(`${workload}: `) ? title.slice(workload.length + 2) : title;
  return element(
    'figcaption',
    {},
    element('h4', {}, capital(short)),
    element(
      'p',
      { class: 'at' },
      familyOf(kind).loadInWords ?? (load === undefined ? 'all loads' : formatLoad(load)),
    ),
    element('p', { class: 'how' }, howToRead),
  );
}

/** `p99` stays what it is. */
function capital(text: string): string {
  return /^[a-z]{2}/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function tableOf({ head, rows }: ChartTable, title: string): HTMLElement {
  const table = element(
    'table',
    {},
    element('caption', {}, title),
    element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)))),
    element(
      'tbody',
      {},
      ...rows.map(([name = '', ...texts]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          ...texts.map((text) => element('td', {}, text)),
        ),
      ),
    ),
  );
  const scroll = element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Table: ${title}` },
    table,
  );
  return element('details', { class: 'figures' }, element('summary', {}, 'Table'), scroll);
}

function button(text: string, label: string, click: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', 'aria-label': label, title: label }, text);
  made.addEventListener('click', click);
  return made;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle drawn with the mouse. A finger scrolls the page, and has the buttons. */
function selectable(
  frame: HTMLElement,
  canvas: HTMLCanvasElement,
  done: (from: Point, to: Point) => void,
): void {
  const mark = element('div', { class: 'selection', hidden: '' });
  frame.append(mark);
  let from: Point | undefined;
  canvas.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    from = { x: event.offsetX, y: event.offsetY };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (from === undefined) return;
    const [left, top] = [Math.min(from.x, event.offsetX), Math.min(from.y, event.offsetY)];
    const [width, height] = [Math.abs(event.offsetX - from.x), Math.abs(event.offsetY - from.y)];
    mark.hidden = width < LEAST_DRAG && height < LEAST_DRAG;
    Object.assign(mark.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
  });
  canvas.addEventListener('pointerup', (event) => {
    const start = from;
    from = undefined;
    mark.hidden = true;
    const isDrag =
      start !== undefined &&
      Math.abs(event.offsetX - start.x) >= LEAST_DRAG &&
      Math.abs(event.offsetY - start.y) >= LEAST_DRAG;
    if (isDrag) done(start, { x: event.offsetX, y: event.offsetY });
  });
}
