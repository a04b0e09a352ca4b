/** One table of the terminal's report: a workload under all models, one group of rows per load. */
import CliTable from 'cli-table3';
import type picocolors from 'picocolors';
import type { Cell } from '../../result.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { explainRanking, type Rank, rankCells } from '../verdicts/ranking.ts';
import { characterBar } from './bar.ts';
import { COLUMNS, type Column } from './columns.ts';
import { formatLoad } from './format.ts';
import { cut, displayWidth } from './wrap.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

export interface TableStyle {
  readonly width: number;
  readonly colors: Colors;
  /** The mark of a cell's footnotes, as `¹`. */
  footnote(cell: Cell): string;
}
interface Row {
  readonly label: string;
  readonly texts: readonly string[];
  readonly bar: number;
  readonly rank: Rank | undefined;
  readonly refused: string | undefined;
}
interface Layout {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly label: number;
  readonly bar: number;
  readonly gap: number;
}

const { throughput, interval, behind, p50, p99, p999, cpu, switches, rss } = COLUMNS;
const USUAL: readonly Column[] = [throughput, interval, behind, p50, p99, p999, cpu];
const WIDE: readonly Column[] = [...USUAL, switches, rss];
const WIDE_FROM = 120;
/** The columns that a narrow terminal leaves out, first to last. */
const DROPPED_FIRST: readonly Column[] = [rss, switches, p999, cpu, interval, p50, p99, behind];
const SMALLEST_BAR = 3;
const LARGEST_BAR = 30;

/** A section's table as lines, none longer than `style.width`. */
export function textTable(section: Section, style: TableStyle): string[] {
  const columns = style.width >= WIDE_FROM ? WIDE : USUAL;
  const parts = section.parts.map((part) => ({ part, rows: rowsOf(part, columns, style) }));
  const layout = fitColumns(
    columns,
    parts.flatMap(({ rows }) => rows),
    style.width,
  );
  const table = new CliTable({ ...plain(layout), head: headOf(layout, style.colors) });
  for (const { part, rows } of parts) {
    const span = layout.columns.length + 1 + (layout.bar > 0 ? 1 : 0);
    table.push([{ colSpan: span, content: loadHeading(part, style.colors, widthOf(layout)) }]);
    for (const row of rows) table.push(cellsOf(row, columns, layout, style.colors));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function loadHeading({ load }: LoadPart, colors: Colors, width: number): string {
  const name = cut(`── ${formatLoad(load)}`, width);
  const rest = `, ${explainRanking(load)} `;
  const line = '─'.repeat(Math.max(0, width - displayWidth(name + rest)));
  return displayWidth(name + rest) > width ? colors.bold(name) : colors.bold(name) + colors.dim(rest + line);
}

/** A pool's size and a model's own parameters are short here; the legend explains them. */
function shortModel({ model, threads, modelParams = {} }: Cell): string {
  const own = Object.entries(modelParams).map(([key, value]) => (value === true ? key : String(value)));
  return [model, ...(threads === undefined ? [] : [threads]), ...own].join('/');
}

function widthOf(layout: Layout): number {
  const columns = layout.widths.reduce((sum, width) => sum + width + layout.gap, layout.label);
  return columns + (layout.bar > 0 ? layout.bar + layout.gap : 0);
}

function rowsOf(part: LoadPart, columns: readonly Column[], style: TableStyle): Row[] {
  const ranks = rankCells(part.cells, part.load);
  return part.cells.map((cell) => {
    const rank = ranks.get(cell);
    return {
      label: shortModel(cell) + style.footnote(cell),
      texts: isMeasured(cell) ? columns.map((column) => column.text(cell, rank)) : [],
      bar: rank?.bar ?? 0,
      rank,
      refused: isMeasured(cell) ? undefined : cell.status,
    };
  });
}

/** Columns go until the rest fits; the bar takes what is left. */
function fitColumns(all: readonly Column[], rows: readonly Row[], width: number): Layout {
  const natural = (column: Column) => {
    const texts = rows.map((row) => row.texts[all.indexOf(column)] ?? '');
    return Math.max(...[column.short, ...texts].map(displayWidth));
  };
  const label = Math.min(
    Math.max(...rows.map((row) => displayWidth(row.label)), 7),
    Math.max(12, Math.floor(width / 3)),
  );
  let columns = all;
  for (let dropped = 0; ; dropped++) {
    const gap = columns.length > 4 && width < WIDE_FROM ? 1 : 2;
    const widths = columns.map(natural);
    const left = width - label - widths.reduce((sum, each) => sum + each + gap, 0);
    const bar = Math.min(left - gap, LARGEST_BAR);
    if (bar >= SMALLEST_BAR) return { columns, widths, label, gap, bar };
    if (left >= 0 || dropped >= DROPPED_FIRST.length) return { columns, widths, label, gap, bar: 0 };
    columns = columns.filter((column) => column !== DROPPED_FIRST[dropped]);
  }
}

function headOf(layout: Layout, colors: Colors): string[] {
  const heads = ['model', ...layout.columns.map((column) => column.short)];
  if (layout.bar > 0) heads.push('');
  return heads.map((head) => colors.dim(head));
}

function cellsOf(row: Row, all: readonly Column[], layout: Layout, colors: Colors): CliTable.Cell[] {
  const label = cut(row.label, layout.label);
  const barColumns = layout.bar > 0 ? 1 : 0;
  if (row.refused !== undefined) {
    const content = colors.yellow(
      cut(`${row.refused}, see below`, widthOf(layout) - layout.label - layout.gap),
    );
    return [colors.dim(label), { colSpan: layout.columns.length + barColumns, hAlign: 'left', content }];
  }
  const best = row.rank?.isBest === true || row.rank?.isTied === true;
  const mark = best ? (text: string) => colors.bold(colors.green(text)) : (text: string) => text;
  const texts = layout.columns.map((column) => mark(row.texts[all.indexOf(column)] ?? ''));
  const bar = (best ? colors.green : colors.cyan)(characterBar(row.bar, layout.bar));
  return [mark(label), ...texts, ...(barColumns > 0 ? [bar] : [])];
}

/** Without borders: columns, a gap, and a line under the head. */
function plain(layout: Layout): CliTable.TableConstructorOptions {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
  };
  const inner = {
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '',
  };
  const widths = [layout.label, ...layout.widths, ...(layout.bar > 0 ? [layout.bar] : [])];
  return {
    chars: { ...none, ...inner },
    style: { 'padding-left': 0, 'padding-right': layout.gap, head: [], border: [], compact: true },
    colWidths: widths.map((width) => width + layout.gap),
    colAligns: [
      'left',
      ...layout.columns.map(() => 'right' as const),
      ...(layout.bar > 0 ? ['left' as const] : []),
    ],
  };
}
