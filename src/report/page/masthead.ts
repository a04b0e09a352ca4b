/// <reference lib="dom" />
/** The top of the page: what was run, where, and its warnings. */
import { counted } from '../../quantity.ts';
import type { RunDocument } from '../../result.ts';
import { environmentPhrases, runPhrases } from '../formats/heading.ts';
import { toExplain, warningsInBrief } from '../warnings/in-brief.ts';
import { groupWarnings, nameCell, type WarningGroup } from '../warnings/warning-groups.ts';
import { element } from './dom.ts';

const NAMED_CELLS = 200;

/** Name, machine, moment. */
export function pageHeading(report: RunDocument): HTMLElement {
  const [machine, ...others] = environmentPhrases(report);
  return element(
    'header',
    {},
    element('p', { class: 'brand' }, 'iobench', element('span', {}, ' · I/O models compared')),
    element('h1', {}, report.run.name),
    element('p', { class: 'facts' }, [...runPhrases(report), machine, others[2]].join(' · ')),
  );
}

/** The number of cells; then the message of the first and the remedy, which a narrow page shows only when it is opened. */
function detailOf({ cells, remedy }: WarningGroup): (string | HTMLElement)[] {
  const message = cells[0]?.message.replace(/\.$/, '');
  const example = cells.length === 1 ? `: ${message}` : `, for instance: ${message}`;
  return [` · ${counted(cells.length, 'cell')}`, element('span', { class: 'detail' }, `${example}. ${remedy}`)];
}

/** The warnings in one line that opens to explain them; no element where there are none. */
export function pageWarnings(report: RunDocument): HTMLElement[] {
  const groups = groupWarnings(report.cells);
  if (groups.length + report.run.warnings.length === 0) return [];
  const brief = warningsInBrief(report);
  return [
    element(
      'section',
      { class: 'warnings', id: 'warnings', 'aria-label': 'Warnings' },
      ...report.run.warnings.map((warning) => element('p', {}, warning)),
      ...(groups.length === 0 ? [] : [element('details', {}, element('summary', { 'data-key': 'warnings' }, brief.join(' ')), ...explained(groups))]),
    ),
  ];
}

function explained(groups: readonly WarningGroup[]): HTMLElement[] {
  return [
    element('p', { class: 'detail' }, 'A cell is one model at one workload and load: each line opens to name its cells.'),
    ...[...toExplain(groups), ...groups.filter(({ isInFigures }) => isInFigures)].map((group) =>
      element(
        'details',
        {},
        element('summary', { 'data-key': group.code }, element('strong', {}, group.code), ...detailOf(group)),
        element('ul', {}, ...group.cells.slice(0, NAMED_CELLS).map(({ cell, message }) => element('li', {}, `${nameCell(cell)}: ${message}`))),
      ),
    ),
  ];
}
