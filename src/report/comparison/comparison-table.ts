/** The rows of a comparison as people read them, for a terminal and for Markdown. */
import CliTable from 'cli-table3';
import { markdownTable } from 'markdown-table';
import picocolors from 'picocolors';
import { printableValue } from '../../printable.ts';
import { counted } from '../../quantity.ts';
import { formatDuration, formatModel, formatRate, MISSING } from '../formats/format.ts';
import { escapeMarkdown } from '../formats/markdown.ts';
import { cut, wrap } from '../formats/wrap.ts';
import { groupBy } from '../summary/sections.ts';
import { type ComparisonRow, loadText, nameOf, type RunComparison } from './comparison.ts';

/** A rate or a latency, with its unit. */
export function figureOf(row: ComparisonRow, side: 'base' | 'next'): string {
  if (row.metric === 'capacity' && row[side] === 0) return 'none kept';
  return row.metric === 'p99' || row.metric === 'p50'
    ? `${row.metric} ${formatDuration(row[side])}`
    : formatRate(row[side]);
}

/** Three digits, or a bound below .001; capacities have none. */
export function formatPValue(p: number | undefined): string {
  if (p === undefined) return MISSING;
  return p < 0.001 ? '<.001' : p.toFixed(3).replace(/^0/, '');
}

/** What the whole comparison comes to, in sentences. */
export function conclusions({ rows, failIfSlowerPercent, level }: RunComparison): string[] {
  const [cells, capacities] = [
    rows.filter(({ metric }) => metric !== 'capacity'),
    rows.filter(({ metric }) => metric === 'capacity'),
  ];
  const beyond = rows.filter((row) => row.isBeyondLimit).length;
  const together = cells.length === 1 ? '' : `, for all ${cells.length} cells together (Bonferroni)`;
  return [
    ...(cells.length === 0 ? [] : [`${counted(cells.length, 'cell')} compared: ${verdictCounts(cells)}.`]),
    ...(capacities.length === 0
      ? []
      : [`${counted(capacities.length, 'capacity', 'capacities')} compared: ${verdictCounts(capacities)}.`]),
    ...(failIfSlowerPercent === undefined
      ? []
      : [`${beyond} slower by more than ${failIfSlowerPercent} %, with the whole interval.`]),
    ...(cells.length === 0
      ? []
      : [
          `Intervals of the ratio hold at ${100 * (1 - level)} %${together}. p: permutation test of one cell, not corrected.`,
        ]),
    ...(capacities.length === 0
      ? []
      : [
          'A capacity is faster or slower where one run kept a rate at which the other failed: with one search per run, chance is not ruled out.',
        ]),
  ];
}

function verdictCounts(rows: readonly ComparisonRow[]): string {
  const count = (verdict: ComparisonRow['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const verdicts = ['faster', 'slower', 'no difference shown', 'too few trials'] as const;
  return verdicts
    .flatMap((verdict) => (count(verdict) === 0 ? [] : [`${count(verdict)} ${verdict}`]))
    .join(', ');
}

export interface ComparisonTextOptions {
  readonly width: number;
  readonly color: boolean;
}

/**
 * Renders a comparison for a terminal: warnings first, one table per workload and load, what could not be
 * compared last.
 */
export function renderComparisonText(compared: RunComparison, options: ComparisonTextOptions): string {
  const comparison = printableValue(compared);
  const width = Math.max(40, options.width);
  const colors = picocolors.createColors(options.color);
  const lines = (text: string, first = '', rest = first) => wrap(text, width, first, rest);
  const blocks = [
    [...lines(`BASE ${comparison.base.id}`), ...lines(`NEW  ${comparison.next.id}`)].map(colors.bold),
    comparison.warnings.flatMap((warning) => lines(warning, '! ', '  ')).map(colors.yellow),
    ...groupBy(comparison.rows, (row) =>
      JSON.stringify([row.cell.workload, row.cell.params, loadText(row)]),
    ).map((rows) => {
      const title = `${rows[0].workload}, ${loadText(rows[0])}`;
      return [
        ...lines(title).map((line) => colors.bold(colors.underline(line))),
        '',
        ...table(rows, width, colors),
      ];
    }),
    ...(comparison.unpaired.length === 0
      ? []
      : [
          [
            'Not compared:',
            ...comparison.unpaired.flatMap((each) => lines(`${nameOf(each)}: ${each.reason}`, '  ', '    ')),
          ],
        ]),
    conclusions(comparison).flatMap((sentence) => lines(sentence)),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** What is narrower shows the new figure and the verdict only. */
const NARROW = 60;

function table(
  rows: readonly ComparisonRow[],
  width: number,
  colors: ReturnType<typeof picocolors.createColors>,
): string[] {
  const models = rows.map(({ cell }) => cut(formatModel(cell), Math.max(8, Math.floor(width / 4))));
  const isNarrow = width < NARROW;
  const heads = isNarrow ? ['model', 'NEW'] : ['model', 'BASE', 'NEW', 'p'];
  const paint = {
    faster: colors.green,
    slower: colors.red,
    'no difference shown': colors.dim,
    'too few trials': colors.yellow,
  };
  const texts = rows.map((row, index) => {
    const [name, base, next] = [models[index] as string, figureOf(row, 'base'), figureOf(row, 'next')];
    return isNarrow ? [name, next] : [name, base, next, formatPValue(row.pValue)];
  });
  const widths = heads.map(
    (head, column) => Math.max(head.length, ...texts.map((text) => (text[column] as string).length)) + 2,
  );
  const room = Math.max(12, width - widths.reduce((sum, each) => sum + each, 0));
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
  };
  const output = new CliTable({
    chars: {
      ...none,
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [], compact: true },
    colWidths: [...widths, room + 2],
    colAligns: [...heads.map((_, column) => (column === 0 ? ('left' as const) : ('right' as const))), 'left'],
    head: [...heads, 'verdict'].map((head) => colors.dim(head)),
  });
  rows.forEach((row, index) => {
    const words = wrap(`${row.words}${row.isBeyondLimit ? ', beyond the limit' : ''}`, room).map(
      paint[row.verdict],
    );
    output.push([...(texts[index] as string[]), words.join('\n')]);
  });
  return output
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Renders a comparison in GitHub's Markdown, for a pull request. */
export function renderComparisonMarkdown(compared: RunComparison): string {
  const comparison = printableValue(compared);
  const row = (each: ComparisonRow) => [
    escapeMarkdown(nameOf(each)),
    escapeMarkdown(figureOf(each, 'base')),
    escapeMarkdown(figureOf(each, 'next')),
    escapeMarkdown(formatPValue(each.pValue)),
    `${each.isBeyondLimit ? '❌ ' : ''}${escapeMarkdown(each.words)}`,
  ];
  const items = (texts: readonly string[]) => texts.map((text) => `- ${escapeMarkdown(text)}`).join('\n');
  const unpaired = comparison.unpaired.map((each) => `${nameOf(each)}: ${each.reason}`);
  return [
    `# ${escapeMarkdown(comparison.next.id)} against ${escapeMarkdown(comparison.base.id)}`,
    ...(comparison.warnings.length === 0 ? [] : [items(comparison.warnings)]),
    markdownTable([['cell', 'BASE', 'NEW', 'p', 'verdict'], ...comparison.rows.map(row)], {
      align: ['l', 'r', 'r', 'r', 'l'],
    }),
    ...(unpaired.length === 0 ? [] : [`Not compared:\n\n${items(unpaired)}`]),
    conclusions(comparison).map(escapeMarkdown).join(' '),
  ]
    .join('\n\n')
    .concat('\n');
}
