/**
 * The measured map of the two questions: does a call keep the thread, and is control back before the answer?
 */
import type { Plugin, Scale } from 'chart.js';
import type { Cell, MeasuredCell, RunDocument } from '../../result.ts';
import { formatModel, formatShare, MISSING } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { shareAxis } from './axes.ts';
import { write } from './brush.ts';
import {
  type ChartDefinition,
  chartName,
  loadSlug,
  namedColour,
  subtitleOf,
  type Texts,
} from './definition.ts';
import type { ChartFamily } from './family.ts';
import { leaderLabels } from './leaders.ts';
import { lineChart, withoutLegend } from './lines.ts';
import type { Look } from './look.ts';

interface Place {
  readonly cell: MeasuredCell;
  /** The share of the window inside calls that wait for one operation. */
  readonly blocking: number;
  /** The share of a request's time that is left when the call that started it has returned. */
  readonly asynchronous: number;
}

/** From this share on, answers do not come in the order of their questions. */
const REORDERED = 0.01;

export const mapCharts = {
  kinds: ['map'],
  question: 'Why?',
  usual: [],
  draw: (document, section, look) =>
    section.parts.flatMap((part) => {
      const places = part.cells.flatMap(placeOf);
      return places.length === 0 ? [] : [mapChart(document, section, part, places, look)];
    }),
} as const satisfies ChartFamily;

function mapChart(
  document: RunDocument,
  section: Section,
  { load }: LoadPart,
  places: readonly Place[],
  look: Look,
): ChartDefinition {
  const texts: Texts = {
    title: `${section.workload}: blocking and asynchronous, as measured`,
    subtitle: subtitleOf(document, section, [load]),
    howToRead:
      'Right: the thread blocks inside calls. Up: calls return long before their answers (asynchronous). In the upper left, one thread can serve many requests at a time. Hollow marks: answers arrived in the order of the requests.',
  };
  const lines = places.map(({ cell, blocking, asynchronous }) => ({
    name: formatModel(cell),
    model: cell.model,
    variant: 0,
    shape: (cell.reorderedShare ?? 0) < REORDERED ? ('hollow' as const) : ('points' as const),
    points: [
      {
        x: blocking,
        y: asynchronous,
        text: `inside waiting calls ${formatShare(blocking)}, left after the call ${formatShare(asynchronous)}`,
      },
    ],
  }));
  const chart = lineChart(
    {
      name: chartName('map', section, section.parts.length > 1 ? loadSlug(load) : undefined),
      kind: 'map',
      texts,
      load,
      lines,
      x: roomyAxis('blocking: share of the time the thread is blocked', look),
      y: roomyAxis('asynchronous: share of a request after its call', look),
      table: tableOf(places),
      plugins: [
        quarters(look),
        leaderLabels(
          lines.map(({ name, model }) => ({ text: name, colour: namedColour(model, name, look) })),
          look,
        ),
      ],
    },
    look,
  );
  return withoutLegend(chart);
}

const tableOf = (places: readonly Place[]) => ({
  head: [
    'model',
    'time inside calls that wait for one operation',
    'share of a request left after its call',
    'answers out of order',
  ],
  rows: places.map(({ cell, blocking, asynchronous }) => [
    formatModel(cell),
    formatShare(blocking),
    formatShare(asynchronous),
    cell.reorderedShare === undefined ? MISSING : formatShare(cell.reorderedShare),
  ]),
});

/** From 0 to 100 %, with room for the marks at both ends: that is where most of them lie. */
function roomyAxis(title: string, look: Look) {
  const afterBuildTicks = (axis: Scale) => {
    if (axis.min < 0 && axis.max > 1) axis.ticks = [0, 0.25, 0.5, 0.75, 1].map((value) => ({ value }));
  };
  return { ...shareAxis(title, look), min: -0.04, max: 1.04, afterBuildTicks };
}

/** What each quarter of the map means, beside its middle, under everything else. */
function quarters(look: Look): Plugin {
  const size = look.textSize * 0.8;
  return {
    id: 'quarters',
    beforeDatasetsDraw(chart) {
      const [x, y] = [chart.scales.x?.getPixelForValue(0.5) ?? 0, chart.scales.y?.getPixelForValue(0.5) ?? 0];
      const { left, right, top, bottom } = chart.chartArea;
      if (x < left || x > right || y < top || y > bottom) return;
      for (const [toLeft, thread] of [
        [true, 'thread continues'],
        [false, 'thread blocks'],
      ] as const) {
        const [at, align] = toLeft ? ([x - 4, 'right'] as const) : ([x + 4, 'left'] as const);
        const line = (text: string, down: number) =>
          write(chart, text, at, y + down * size, look.theme.muted, size, align);
        line('returns at once', -2.2);
        line(thread, -1);
        // In two lines: where all models are at the left, their names are beside it.
        line('returns with', 1);
        line('the answer', 2.2);
        line(thread, 3.4);
      }
    },
  };
}

function placeOf(cell: Cell): Place[] {
  if (
    !isMeasured(cell) ||
    cell.threadTime === undefined ||
    cell.submitNs === undefined ||
    cell.serviceNs.mean === 0
  )
    return [];
  return [
    {
      cell,
      blocking: cell.threadTime.blocked,
      asynchronous: Math.max(0, 1 - cell.submitNs.mean / cell.serviceNs.mean),
    },
  ];
}
