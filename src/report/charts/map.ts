/** The measured map of the two questions: does a call keep the thread, and is control back before the answer? */
import type { Cell, MeasuredCell, RunDocument } from '../../result.ts';
import { formatModel, formatShare, MISSING } from '../format.ts';
import { isMeasured, type LoadPart, type Section } from '../sections.ts';
import { shareAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug, namedColour, subtitleOf, type Texts } from './definition.ts';
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

/** A chart a load; none where no cell has both figures. */
export function mapCharts(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  return section.parts.flatMap((part) => {
    const places = part.cells.flatMap(placeOf);
    return places.length === 0 ? [] : [mapChart(document, section, part, places, look)];
  });
}

function mapChart(document: RunDocument, section: Section, { load }: LoadPart, places: readonly Place[], look: Look): ChartDefinition {
  const texts: Texts = {
    title: `${section.workload}: blocking and asynchronous, as measured`,
    subtitle: subtitleOf(document, section, [load]),
    howToRead:
      'Right: calls keep the thread until one operation is done (blocking). Up: control is back long before the answer is there (asynchronous). A hollow mark: answers came in the order of their questions.',
  };
  const lines = places.map(({ cell, blocking, asynchronous }) => ({
    name: formatModel(cell),
    model: cell.model,
    variant: 0,
    shape: (cell.reorderedShare ?? 0) < REORDERED ? ('hollow' as const) : ('points' as const),
    points: [
      { x: blocking, y: asynchronous, text: `inside waiting calls ${formatShare(blocking)}, left after the call ${formatShare(asynchronous)}` },
    ],
  }));
  const chart = lineChart(
    {
      name: chartName('map', section, section.parts.length > 1 ? loadSlug(load) : undefined),
      kind: 'map',
      texts,
      load,
      lines,
      x: shareAxis('blocking: share of the time inside calls that wait for one operation', look),
      y: shareAxis('asynchronous: share of a request left after its call', look),
      table: {
        head: ['model', 'time inside calls that wait for one operation', 'share of a request left after its call', 'answers out of order'],
        rows: places.map(({ cell, blocking, asynchronous }) => [
          formatModel(cell),
          formatShare(blocking),
          formatShare(asynchronous),
          cell.reorderedShare === undefined ? MISSING : formatShare(cell.reorderedShare),
        ]),
      },
      plugins: [
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

function placeOf(cell: Cell): Place[] {
  if (!isMeasured(cell) || cell.threadTime === undefined || cell.submitNs === undefined || cell.serviceNs.mean === 0) return [];
  return [{ cell, blocking: cell.threadTime.blocked, asynchronous: Math.max(0, 1 - cell.submitNs.mean / cell.serviceNs.mean) }];
}
