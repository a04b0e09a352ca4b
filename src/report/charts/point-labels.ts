/** Texts beside points: each at the best free place around its point, and none where there is none. */
import type { Chart, Plugin } from 'chart.js';
import { eachPoint, write } from './brush.ts';
import type { Look } from './look.ts';

interface At {
  readonly x: number;
  readonly y: number;
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
export interface PointLabel {
  readonly text: string;
  readonly at: At;
  /** Pixels. */
  readonly width: number;
}
export interface Surroundings {
  readonly area: Box;
  /** The points of each line, in order. */
  readonly lines: readonly (readonly At[])[];
  /** Of the text, in pixels. */
  readonly size: number;
}

/**
 * Around a point, the most usual place first: from its centre to the text's near edge across, and to its
 * middle up or down, in text sizes.
 */
const PLACES: readonly (readonly [side: -1 | 0 | 1, across: number, down: number])[] = [
  [1, 0.65, -0.8],
  [-1, 0.65, -0.8],
  [1, 0.65, 0.8],
  [-1, 0.65, 0.8],
  [0, 0, -1.2],
  [0, 0, 1.2],
  [1, 0.9, 0],
  [-1, 0.9, 0],
];
/** How far a point reaches about its centre, and how far labels stay from each other, in text sizes. */
const POINT = 0.4;
const APART = 0.5;
/** Points nearer than this that would say the same have one label: in text sizes. */
const SAME = 2.7;

/** Draws the labels, `labels[dataset][index]`. */
export function pointLabels(
  labels: readonly (readonly string[])[],
  colourAt: (dataset: number) => string,
  look: Look,
): Plugin {
  const size = look.textSize * 0.8;
  return {
    id: 'pointLabels',
    afterDatasetsDraw(chart) {
      const wanted: (PointLabel & { readonly dataset: number })[] = [];
      eachPoint(chart, labels, (text, { x, y }, dataset) =>
        wanted.push({ text, at: { x, y }, width: text.length * size * 0.62, dataset }),
      );
      const boxes = placeLabels(wanted, { area: chart.chartArea, lines: linesOf(chart), size });
      boxes.forEach((box, index) => {
        const label = wanted[index];
        if (box === undefined || label === undefined) return;
        const middle = (box.left + box.right) / 2;
        write(
          chart,
          label.text,
          middle,
          (box.top + box.bottom) / 2,
          colourAt(label.dataset),
          size,
          'center',
          look.theme.background,
        );
      });
    },
  };
}

/**
 * Where each label stands; nothing for one that has no place. A label covers no other and no point, stays
 * within the area, and crosses as few lines as it can. Of points close together that would say the same, the
 * first speaks for all.
 */
export function placeLabels(
  labels: readonly PointLabel[],
  { area, lines, size }: Surroundings,
): (Box | undefined)[] {
  const placed: { readonly label: PointLabel; readonly box: Box }[] = [];
  const points = lines
    .flat()
    .map(({ x, y }) => grown({ left: x, right: x, top: y, bottom: y }, POINT * size));
  return labels.map((label) => {
    const isSaid = placed.some(
      (other) => other.label.text === label.text && distance(other.label.at, label.at) < SAME * size,
    );
    if (isSaid) return undefined;
    const free = PLACES.map((place) => boxAt(label, place, size)).filter(
      (box) =>
        isWithin(box, area) &&
        !points.some((point) => overlap(box, point)) &&
        !placed.some((other) => overlap(grown(box, APART * size), other.box)),
    );
    const crossings = (box: Box) =>
      lines.reduce(
        (sum, line) => sum + line.filter((to, index) => crosses(line[index - 1] ?? to, to, box)).length,
        0,
      );
    const [box] = free
      .map((each) => ({ each, crossed: crossings(each) }))
      .toSorted((a, b) => a.crossed - b.crossed);
    if (box !== undefined) placed.push({ label, box: box.each });
    return box?.each;
  });
}

function linesOf(chart: Chart): At[][] {
  return chart
    .getSortedVisibleDatasetMetas()
    .map(({ data }) => data.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
}

function boxAt({ at, width }: PointLabel, [side, across, down]: (typeof PLACES)[number], size: number): Box {
  const x = at.x + side * (across * size + width / 2);
  const y = at.y + down * size;
  return { left: x - width / 2, right: x + width / 2, top: y - size / 2, bottom: y + size / 2 };
}

function grown({ left, right, top, bottom }: Box, by: number): Box {
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by };
}

function isWithin(box: Box, area: Box): boolean {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function distance(a: At, b: At): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/**
 * Whether a straight line runs through a box: what is left of it between left and right, and then between top
 * and bottom (Liang and Barsky).
 */
function crosses(from: At, to: At, { left, right, top, bottom }: Box): boolean {
  let [begin, end] = [0, 1];
  for (const [start, step, low, high] of [
    [from.x, to.x - from.x, left, right],
    [from.y, to.y - from.y, top, bottom],
  ] as const) {
    if (step === 0 && (start < low || start > high)) return false;
    if (step === 0) continue;
    const [enter, leave] = [(low - start) / step, (high - start) / step].sort((a, b) => a - b) as [
      number,
      number,
    ];
    [begin, end] = [Math.max(begin, enter), Math.min(end, leave)];
  }
  return begin <= end;
}
