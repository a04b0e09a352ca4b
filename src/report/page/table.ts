/// <reference lib="dom" />
/** A table of one load: a row a model, the refused ones too. */
import type { Cell } from '../../result.ts';
import { styleOf } from '../charts/palette.ts';
import { COLUMNS, type Column } from '../columns.ts';
import type { Footnotes } from '../footnotes.ts';
import { formatLoad, formatModel } from '../format.ts';
import { explainRanking, type Rank, rankCells } from '../ranking.ts';
import { isMeasured, type LoadPart } from '../sections.ts';
import { element } from './dom.ts';

const SHOWN: readonly Column[] = Object.values(COLUMNS);

/** The figures of a load. It scrolls by itself where the page is narrow. */
export function figuresTable(part: LoadPart, footnotes: Footnotes): HTMLElement {
  const ranks = rankCells(part.cells, part.load);
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'model'),
    ...SHOWN.map(({ head: name, title }) => element('th', { scope: 'col', title }, name)),
  );
  const table = element(
    'table',
    {},
    element('caption', {}, `${formatLoad(part.load)}, ${explainRanking(part.load)}`),
    element('thead', {}, head),
    element('tbody', {}, ...part.cells.map((cell) => row(cell, ranks.get(cell), footnotes))),
  );
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Figures, ${formatLoad(part.load)}` }, table);
}

function row(cell: Cell, rank: Rank | undefined, footnotes: Footnotes): HTMLElement {
  const name = element('th', { scope: 'row' }, swatch(cell.model), formatModel(cell), ...marks(cell, footnotes));
  if (!isMeasured(cell)) {
    const why = element('td', { colspan: String(SHOWN.length) }, element('span', {}, `${cell.status}: ${cell.reason}`));
    return element('tr', { class: 'refused' }, name, why);
  }
  return element('tr', rank?.isBest ? { class: 'best' } : {}, name, ...SHOWN.map((column) => element('td', {}, column.text(cell, rank))));
}

/** The model's colour, in both themes; the style sheet picks one. */
function swatch(model: string): HTMLElement {
  const { light, dark } = styleOf(model);
  const made = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  made.style.setProperty('--light', light);
  made.style.setProperty('--dark', dark);
  return made;
}

function marks(cell: Cell, footnotes: Footnotes): HTMLElement[] {
  const numbers = footnotes.numbersOf(cell);
  if (numbers.length === 0) return [];
  const links = numbers.flatMap((number, index) => [...(index > 0 ? [','] : []), element('a', { href: `#note-${number}` }, String(number))]);
  return [element('sup', {}, ...links)];
}
