/** How long a message takes by protocol: a line from p50 to p99 for each, a group a model. */
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { Cell } from '../../result.ts';
import { formatBytes, formatLatency } from '../formats/format.ts';
import { isMeasured } from '../summary/sections.ts';
import { valueAxis } from './axes.ts';
import { type ChartDefinition, frame, labelOf } from './definition.ts';
import { rowAxis } from './latency.ts';
import { rowNotes } from './marks.ts';
import { carrierColour } from './palette.ts';
import { type ByProtocol, type ProtocolRow, protocolTable, rowGaps } from './protocol-rows.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}
const ENDS = [
  { key: 'p50', point: 'circle' },
  { key: 'p99', point: 'triangle' },
] as const;
/** What the lines of a model take of its row. */
const GROUP = 0.72;

/** The latency of each protocol under each model. */
export function protocolLatency(about: ByProtocol): ChartDefinition {
  const { comparison, rows, look } = about;
  const texts = {
    title: `Requests with messages of ${formatBytes(comparison.bytes)}, by protocol: latency`,
    subtitle: about.subtitle,
    howToRead:
      'Further left is better, and a short line means steady latencies: half of the requests took no longer than the circle (p50), 99 of 100 no longer than the triangle (p99). The time of the process at the other end is in it, and each protocol has another one there.',
  };
  const values = rows.flatMap(({ cells }) => cells.flatMap(known)).map(({ ns }) => ns);
  const configuration: ChartConfiguration<'scatter', Point[]> = {
    type: 'scatter',
    data: { datasets: comparison.carriers.map((carrier, place) => dataset(carrier.label, place, about)) },
    options: {
      ...frame<'scatter'>({ ...look, legend: 'bottom' }, texts, {
        legend: true,
        tooltip: ({ datasetIndex, dataIndex }) => describe(about, datasetIndex, dataIndex),
      }),
      scales: {
        x: valueAxis({ values, quantity: 'duration', title: 'latency', usual: 'log' }, look),
        y: rowAxis(
          rows.map(({ model }) => labelOf(model)),
          look,
        ),
      },
    },
    plugins: [
      rowNotes(
        rowGaps(rows, (cell) => known(cell).length > 0),
        look,
      ),
    ],
  };
  return {
    name: about.name,
    kind: 'protocol-latency',
    ...texts,
    load: comparison.load,
    rows: rows.length,
    table: protocolTable(about, ['p50', 'p99'], (cell) =>
      isMeasured(cell) ? ENDS.map(({ key }) => formatLatency(cell, key)) : undefined,
    ),
    configuration: configuration as ChartConfiguration,
  };
}

/** The percentiles that a cell has requests enough for. */
const known = (cell: Cell | undefined) =>
  cell === undefined || !isMeasured(cell)
    ? []
    : ENDS.flatMap((end) => {
        const ns = cell.latencyNs[end.key];
        return ns === null ? [] : [{ ...end, ns: Math.max(1, ns) }];
      });

/** Of one protocol: the points of one model after another. */
const pointsOf = (rows: readonly ProtocolRow[], place: number) =>
  rows.flatMap(({ model, cells }, row) => known(cells[place]).map((end) => ({ ...end, model, row })));

function dataset(
  label: string,
  place: number,
  { comparison, rows, look }: ByProtocol,
): ChartDataset<'scatter', Point[]> {
  const count = comparison.carriers.length;
  const aside = ((place - (count - 1) / 2) * GROUP) / count;
  const points = pointsOf(rows, place);
  const colour = carrierColour(place)[look.theme.name];
  return {
    label,
    data: points.map(({ ns, row }) => ({ x: ns, y: row + aside })),
    pointStyle: points.map(({ point }) => point),
    pointRadius: look.textSize * 0.3,
    pointHoverRadius: look.textSize * 0.4,
    pointBackgroundColor: colour,
    pointBorderWidth: 0,
    backgroundColor: colour,
    borderColor: colour,
    borderWidth: 2,
    showLine: true,
    // A line joins the percentiles of one model, and not those of two.
    segment: {
      borderColor: ({ p0DataIndex, p1DataIndex }) =>
        points[p0DataIndex]?.row === points[p1DataIndex]?.row ? colour : 'transparent',
    },
    clip: false,
  };
}

function describe({ comparison, rows }: ByProtocol, place: number, index: number): string {
  const point = pointsOf(rows, place)[index];
  const cell = point && rows[point.row]?.cells[place];
  return point !== undefined && cell !== undefined && isMeasured(cell)
    ? `${comparison.carriers[place]?.label}, ${point.model}: ${point.key} ${formatLatency(cell, point.key)}`
    : '';
}
