/// <reference lib="dom" />
/** The table of one load: one row per model; models that were refused for the same reason share one. */
import type { Cell, RefusedCell } from '../../result.ts';
import type { Styles } from '../charts/palette.ts';
import { COLUMNS, type Column } from '../formats/columns.ts';
import { type Footnotes, footnotesOf } from '../formats/footnotes.ts';
import { formatLoad, formatModel } from '../formats/format.ts';
import { groupBy, isMeasured, isRefused, type LoadPart } from '../summary/sections.ts';
import { explainRanking, type Rank, rankCells } from '../verdicts/ranking.ts';
import { element } from './dom.ts';
import { swatch } from './swatch.ts';

const SHOWN: readonly Column[] = Object.values(COLUMNS);

const LEGEND =
  '★ the best of its load; behind: how many times the best is better · ≈ one of several that may be the best: the trials show no difference · – no value, or too few requests for this percentile';

/**
 * The figures of a load, with the meaning of signs and notes below. The table scrolls by itself if the page
 * is narrow.
 */
export function figuresTable(part: LoadPart, styles: Styles): HTMLElement[] {
  const footnotes = footnotesOf(part.cells);
  const notes = footnotes.notes.map((note, index) => element('li', { id: `note-${index + 1}` }, note));
  return [
    scrollingTable(part, footnotes, styles),
    element('p', { class: 'legend' }, LEGEND),
    ...(notes.length === 0 ? [] : [element('ol', { class: 'notes', 'aria-label': 'Notes' }, ...notes)]),
  ];
}

function scrollingTable(part: LoadPart, footnotes: Footnotes, styles: Styles): HTMLElement {
  const ranks = rankCells(part.cells, part.load);
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'model'),
    ...SHOWN.map(({ head: name, title }) => element('th', { scope: 'col', title }, name)),
  );
  const refusals = groupBy(part.cells.filter(isRefused), ({ status, reason }) =>
    JSON.stringify([status, reason]),
  );
  const table = element(
    'table',
    {},
    element('caption', {}, `${formatLoad(part.load)}, ${explainRanking(part.load)}`),
    element('thead', {}, head),
    element(
      'tbody',
      {},
      ...part.cells.filter(isMeasured).map((cell) => row(cell, ranks.get(cell), footnotes, styles)),
      ...refusals.map((cells) => refusedRow(cells, styles)),
    ),
  );
  return element(
    'div',
    {
      class: 'scroll main',
      tabindex: '0',
      role: 'region',
      'aria-label': `Figures, ${formatLoad(part.load)}`,
    },
    table,
  );
}

function row(cell: Cell, rank: Rank | undefined, footnotes: Footnotes, styles: Styles): HTMLElement {
  const name = element(
    'th',
    { scope: 'row' },
    swatch(cell.model, styles),
    formatModel(cell),
    ...marks(cell, footnotes),
  );
  const texts = isMeasured(cell) ? SHOWN.map((column) => element('td', {}, column.text(cell, rank))) : [];
  return element('tr', rank?.isBest || rank?.isTied ? { class: 'best' } : {}, name, ...texts);
}

function refusedRow(cells: readonly [RefusedCell, ...RefusedCell[]], styles: Styles): HTMLElement {
  const [{ status, reason }] = cells;
  const names = cells.flatMap((cell, index) => [
    ...(index === 0 ? [] : [element('br')]),
    swatch(cell.model, styles),
    formatModel(cell),
  ]);
  const why = element('td', { colspan: String(SHOWN.length) }, element('span', {}, `${status}: ${reason}`));
  return element('tr', { class: 'refused' }, element('th', { scope: 'row' }, ...names), why);
}

function marks(cell: Cell, footnotes: Footnotes): HTMLElement[] {
  const numbers = footnotes.numbersOf(cell);
  if (numbers.length === 0) return [];
  const links = numbers.flatMap((number, index) => [
    ...(index > 0 ? [','] : []),
    element('a', { href: `#note-${number}`, 'aria-label': `note ${number}` }, String(number)),
  ]);
  return [element('sup', {}, ...links)];
}
