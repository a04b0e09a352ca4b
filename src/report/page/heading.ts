/// <reference lib="dom" />
/** The top of the page: what was run, where, and what is doubtful about it. */
import type { RunDocument } from '../../result.ts';
import { environmentPhrases, runPhrases } from '../heading.ts';
import { groupWarnings, nameCell } from '../warning-groups.ts';
import { element } from './dom.ts';

/** Name, machine, and the command that makes the run again. */
export function pageHeading(report: RunDocument): HTMLElement {
  return element(
    'header',
    {},
    element('p', { class: 'brand' }, 'iobench'),
    element('h1', {}, report.run.name),
    element('ul', { class: 'facts' }, ...[...runPhrases(report), ...environmentPhrases(report)].map((phrase) => element('li', {}, phrase))),
    element('p', { class: 'label' }, 'Run it again'),
    element('pre', { tabindex: '0' }, element('code', {}, report.run.command)),
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
          cells.length <= 3 ? { open: '' } : {},
          element('summary', {}, element('strong', {}, code), ` · ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}. ${remedy}`),
          element('ul', {}, ...cells.map(({ cell, message }) => element('li', {}, `${nameCell(cell)}: ${message}`))),
        ),
      ),
    ),
  ];
}

/** What each model is, in the words of the run. */
export function pageModels(report: RunDocument): HTMLElement[] {
  if (report.run.models.length === 0) return [];
  const rows = report.run.models.map((model) =>
    element('div', {}, element('dt', {}, model.name, element('span', { class: 'family' }, model.family)), element('dd', {}, model.definition)),
  );
  return [element('section', { class: 'models', id: 'models' }, element('h2', {}, 'The models'), element('dl', {}, ...rows))];
}
