/// <reference lib="dom" />
/** The top of the page: what was run, where, and its warnings. */
import type { RunDocument } from '../../result.ts';
import { environmentPhrases, runPhrases } from '../formats/heading.ts';
import { toExplain, warningsInBrief } from '../warnings/in-brief.ts';
import { countedOf, groupWarnings, nameOf, type WarningGroup, warnedIn } from '../warnings/warning-groups.ts';
import { element } from './dom.ts';

const NAMED_CELLS = 200;

const ABOUT_CELLS = 'A cell is one model at one workload and load: each line opens to name its cells.';
const ABOUT_STEPS =
  'A step of a search is one trial of a model at one rate: each line opens to name its steps.';

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

/**
 * The number of cells; then the message of the first and the remedy, which a narrow page shows only when it
 * is opened.
 */
function detailOf({ found, remedy }: WarningGroup): (string | HTMLElement)[] {
  const message = found[0]?.message.replace(/\.$/, '');
  const example = found.length === 1 ? `: ${message}` : `, for instance: ${message}`;
  return [
    ` · ${countedOf(found.map(({ of }) => of))}`,
    element('span', { class: 'detail' }, `${example}. ${remedy}`),
  ];
}

/** The warnings in one line that opens to explain them; no element where there are none. */
export function pageWarnings(report: RunDocument): HTMLElement[] {
  const groups = groupWarnings(warnedIn(report));
  if (groups.length + report.run.warnings.length === 0) return [];
  const brief = warningsInBrief(report);
  return [
    element(
      'section',
      { class: 'warnings', id: 'warnings', 'aria-label': 'Warnings' },
      ...report.run.warnings.map((warning) => element('p', {}, warning)),
      ...(groups.length === 0
        ? []
        : [
            element(
              'details',
              {},
              element('summary', { 'data-key': 'warnings' }, ...withOptions(brief.join(' '))),
              ...explained(groups),
            ),
          ]),
    ),
  ];
}

/** Options of the command line set apart, so that no line ends within one. */
const withOptions = (text: string): (string | HTMLElement)[] =>
  text.split(/(--[a-z][a-z-]*)/).map((part, index) => (index % 2 === 0 ? part : element('code', {}, part)));

function explained(groups: readonly WarningGroup[]): HTMLElement[] {
  return [
    element('p', { class: 'detail' }, isOfSteps(groups) ? ABOUT_STEPS : ABOUT_CELLS),
    ...[...toExplain(groups), ...groups.filter(({ isInFigures }) => isInFigures)].map((group) =>
      element(
        'details',
        {},
        element('summary', { 'data-key': group.code }, element('strong', {}, group.code), ...detailOf(group)),
        element(
          'ul',
          {},
          ...group.found
            .slice(0, NAMED_CELLS)
            .map(({ of, message }) => element('li', {}, `${nameOf(of)}: ${message}`)),
        ),
      ),
    ),
  ];
}

const isOfSteps = (groups: readonly WarningGroup[]): boolean =>
  groups.every(({ found }) => found.every(({ of }) => of.what === 'step'));
