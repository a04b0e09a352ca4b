/** What a message costs by protocol: CPU time and latency, a group a model. */
import type { Cell, RunDocument } from '../../result.ts';
import { formatBytes, formatDuration, formatLoad, formatParams } from '../formats/format.ts';
import { machineLine } from '../formats/heading.ts';
import { type Comparison, comparisonsWith } from '../summary/protocols.ts';
import { isMeasured, type Section } from '../summary/sections.ts';
import { serverLine } from '../summary/server-side.ts';
import { linearAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug } from './definition.ts';
import type { ChartFamily } from './family.ts';
import type { Look } from './look.ts';
import { besideLabels } from './marks.ts';
import { carrierColour } from './palette.ts';
import { protocolLatency } from './protocol-latency.ts';
import { type ByProtocol, protocolRows, protocolTable, rowGaps } from './protocol-rows.ts';
import { rowChart } from './rows.ts';

/** What a bar takes of a row's room, where a row has several. */
const ROWS_PER_BAR = 0.6;

export const protocolCharts = {
  kinds: ['protocol-cpu', 'protocol-latency'],
  question: 'What does the protocol cost?',
  usual: ['protocol-cpu', 'protocol-latency'],
  // Each workload that is compared shows the same.
  contentKey: ({ title, subtitle }) => JSON.stringify([title, subtitle]),
  draw: (document, section, look) =>
    comparisonsWith(document, section).flatMap((comparison) => chartsOf(comparison, document, section, look)),
} as const satisfies ChartFamily;

function chartsOf(
  comparison: Comparison,
  document: RunDocument,
  section: Section,
  look: Look,
): ChartDefinition[] {
  const { load, carriers } = comparison;
  const rows = protocolRows(comparison);
  const detail = section.parts.length > 1 ? loadSlug(load) : undefined;
  const about = { comparison, rows, subtitle: subtitleOf(document, comparison), look };
  return [
    protocolCpu({ ...about, name: chartName('protocol-cpu', section, detail) }),
    protocolLatency({ ...about, name: chartName('protocol-latency', section, detail) }),
  ].map((chart) => ({
    ...chart,
    load,
    rows: Math.ceil(rows.length * Math.max(1, carriers.length * ROWS_PER_BAR)),
  }));
}

/** The load, the machine, and what the workloads were asked for besides. */
function subtitleOf(document: RunDocument, { load, carriers }: Comparison): string {
  const details = carriers.flatMap(({ section: { workload, params, units, message } }) => {
    const besides = Object.entries(params).filter(([key]) => key !== message?.key);
    const asked = formatParams(Object.fromEntries(besides), units);
    return asked === '' ? [] : [`${workload}: ${asked}`];
  });
  const side = carriers[0] === undefined ? undefined : serverLine(carriers[0].section);
  const lines = [formatLoad(load), machineLine(document), side, details.join('  ·  ')];
  return lines.filter((line) => line !== undefined).join('\n');
}

function protocolCpu(about: ByProtocol): ChartDefinition {
  const { comparison, rows, look } = about;
  const isServed = comparison.carriers[0]?.section.generator !== undefined;
  const parts = comparison.carriers.map(({ label }, place) => ({
    label,
    colour: carrierColour(place)[look.theme.name],
    values: rows.map(({ cells }) => cpuOf(cells[place])),
  }));
  const notes = rowGaps(rows, (cell) => cpuOf(cell) !== undefined);
  const labels = comparison.carriers.map((_, place) =>
    rows.map(({ cells }, row) => (notes[row] === undefined ? labelOf(cells[place]) : undefined)),
  );
  const chart = rowChart(
    {
      name: about.name,
      kind: 'protocol-cpu',
      texts: {
        title: `Requests with messages of ${formatBytes(comparison.bytes)}, by protocol: CPU time`,
        subtitle: about.subtitle,
        howToRead: `Shorter is better: the CPU time of one request by each protocol, under the same model. The process at the other end, which ${isServed ? 'sends the requests' : 'answers'}, is not counted.`,
      },
      load: comparison.load,
      rows: rows.map(({ model }) => model),
      parts,
      areBeside: true,
      axis: linearAxis('CPU time per request', look, '8%', 'duration'),
      format: (ns) => formatDuration(ns),
      notes,
      plugins: [besideLabels(labels, look)],
    },
    look,
  );
  const textsOf = (cell: Cell) => (isMeasured(cell) ? [formatDuration(cpuOf(cell) ?? null)] : undefined);
  return { ...chart, table: protocolTable(about, [''], textsOf) };
}

const cpuOf = (cell: Cell | undefined): number | undefined =>
  cell !== undefined && isMeasured(cell) && cell.completed + cell.failed > 0
    ? cell.cpu.perRequestNs
    : undefined;

/** Beside a bar; in its place, why there is none. */
function labelOf(cell: Cell | undefined): string | undefined {
  const ns = cpuOf(cell);
  if (ns !== undefined) return formatDuration(ns);
  return cell !== undefined && isMeasured(cell) ? 'not measured' : cell?.status;
}
