/// <reference lib="dom" />
/** A card a model: what it is, who waits for whom, and what it did in the workload that is chosen. */
import type { Cell, DescribedModel, RunDocument } from '../../result.ts';
import { type Styles, stylesOf } from '../charts/palette.ts';
import { COLUMNS } from '../formats/columns.ts';
import { formatLoad, formatModel, formatShare } from '../formats/format.ts';
import { isMeasured, type LoadPart } from '../summary/sections.ts';
import { rankCells } from '../verdicts/ranking.ts';
import { type Choice, sectionOf } from './choice.ts';
import { diagram } from './diagram.ts';
import { element } from './dom.ts';
import { swatch } from './swatch.ts';

const SHOWN = [
  COLUMNS.throughput,
  COLUMNS.behind,
  COLUMNS.p50,
  COLUMNS.p99,
  COLUMNS.cpu,
  COLUMNS.switches,
  COLUMNS.rss,
] as const;

/** The models of the run, in its order. */
export function pageModels(report: RunDocument, choice: Choice): HTMLElement {
  const part = sectionOf(report, choice.slug)?.parts.find(({ load }) => formatLoad(load) === choice.load);
  const styles = stylesOf(report.run.models);
  return element(
    'section',
    { class: 'models', id: 'models' },
    element('h2', {}, 'The models'),
    element(
      'p',
      { class: 'legend' },
      'In the drawings time runs down: blue works, red stands still for one answer, green waits for whichever answer is first.',
    ),
    element('div', { class: 'cards' }, ...report.run.models.map((model) => card(model, part, styles))),
  );
}

function card(
  { name, family, definition, source, drawing }: DescribedModel,
  part: LoadPart | undefined,
  styles: Styles,
): HTMLElement {
  const cells = (part?.cells ?? []).filter((cell) => cell.model === name);
  return element(
    'article',
    { class: 'card' },
    element('h3', {}, swatch(name, styles), name),
    element('p', { class: 'family' }, family),
    element('p', {}, definition),
    ...(drawing === undefined ? [] : [diagram(drawing)]),
    ...cells.flatMap((cell) => figures(cell, part as LoadPart)),
    element('p', { class: 'source' }, `Source: ${source}`),
  );
}

function figures(cell: Cell, part: LoadPart): HTMLElement[] {
  const title = element('h4', {}, `${formatModel(cell)}: ${cell.workload}, ${formatLoad(part.load)}`);
  if (!isMeasured(cell)) return [title, element('p', { class: 'refusal' }, `${cell.status}: ${cell.reason}`)];
  const rank = rankCells(part.cells, part.load).get(cell);
  const rows = SHOWN.map((column) => [column.head, column.text(cell, rank)] as const);
  const still =
    cell.threadTime === undefined ? [] : [['stands still', formatShare(cell.threadTime.blocked)] as const];
  return [
    title,
    element(
      'dl',
      { class: 'numbers' },
      ...[...rows, ...still].map(([head, text]) =>
        element('div', {}, element('dt', {}, head), element('dd', {}, text)),
      ),
    ),
  ];
}
