/// <reference lib="dom" />
/** The top of the page: what was run, where, and what is doubtful about it. */
import type { RunDocument } from '../../result.ts';
import { environmentPhrases, runPhrases } from '../heading.ts';
import { groupWarnings, nameCell } from '../warning-groups.ts';
import { element } from './dom.ts';

const NAMED_CELLS = 200;

/** Name, machine, moment. */
export function pageHeading(report: RunDocument): HTMLElement {
  const [machine, ...others] = environmentPhrases(report);
  return element(
    'header',
    {},
    element('p', { class: 'brand' }, 'iobench'),
    element('h1', {}, report.run.name),
    element('p', { class: 'facts' }, [...runPhrases(report), machine, others[2]].join(' · ')),
  );
}

/** The warnings, which stand before any number; nothing where there are none. */
export function pageWarnings(report: RunDocument): HTMLElement[] {
  const groups = groupWarnings(report.cells);
  if (groups.length + report.run.warnings.length === 0) return [];
  return [
    element(
      'section',
      { class: 'warnings', id: 'warnings' },
      element('h2', {}, 'Read this first'),
      ...report.run.warnings.map((warning) => element('p', {}, warning)),
      ...groups.map(({ code, remedy, cells }) =>
        element(
          'details',
          {},
          element('summary', {}, element('strong', {}, code), ` · ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}. ${remedy}`),
          element('ul', {}, ...cells.slice(0, NAMED_CELLS).map(({ cell, message }) => element('li', {}, `${nameCell(cell)}: ${message}`))),
        ),
      ),
    ),
  ];
}
