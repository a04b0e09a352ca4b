/// <reference lib="dom" />
/** One workload on the page: its charts, and a table a load. */
import type { RunDocument } from '../../result.ts';
import { type ChartDefinition, chartsOf } from '../charts/index.ts';
import { type Look, pageLook } from '../charts/look.ts';
import { type Footnotes, footnotesOf } from '../footnotes.ts';
import { formatLoad, formatParams } from '../format.ts';
import { type LoadPart, type Section, sectionsOf } from '../sections.ts';
import { chartFigure } from './charts.ts';
import { element } from './dom.ts';
import { figuresTable } from './table.ts';

/** Links to the sections; nothing where there is only one. */
export function pageContents(report: RunDocument): HTMLElement[] {
  const sections = sectionsOf(report);
  if (sections.length < 2) return [];
  return [
    element('nav', { 'aria-label': 'Workloads' }, ...sections.map((section) => element('a', { href: `#${anchor(section)}` }, section.workload))),
  ];
}

/** A section a workload, and the notes of all of them. */
export function pageSections(report: RunDocument): HTMLElement[] {
  const footnotes = footnotesOf(report.cells);
  return [...sectionsOf(report).map((section) => workloadSection(report, section, footnotes)), ...notes(footnotes)];
}

function workloadSection(report: RunDocument, section: Section, footnotes: Footnotes): HTMLElement {
  const params = formatParams(section.params, section.units);
  const names = chartsOf(report, section, pageLook('light', false));
  const figures = (wanted: (chart: ChartDefinition) => boolean) =>
    names.filter(wanted).map(({ name }) => chartFigure((look) => chartNamed(report, section, name, look)));
  return element(
    'section',
    { class: 'workload', id: anchor(section) },
    element('h2', {}, section.workload),
    ...(section.summary === undefined ? [] : [element('p', { class: 'summary' }, section.summary)]),
    ...(params === '' ? [] : [element('p', { class: 'params' }, params)]),
    element('div', { class: 'pair' }, ...figures((chart) => chart.kind === 'throughput' || chart.kind === 'curve')),
    ...section.parts.map((part) =>
      loadBlock(
        part,
        footnotes,
        figures((chart) => isAbout(chart, part) && chart.kind !== 'throughput'),
      ),
    ),
  );
}

function loadBlock(part: LoadPart, footnotes: Footnotes, figures: readonly HTMLElement[]): HTMLElement {
  return element(
    'div',
    { class: 'load' },
    element('h3', { class: 'load-name' }, formatLoad(part.load)),
    figuresTable(part, footnotes),
    element('div', { class: 'pair' }, ...figures),
  );
}

function chartNamed(report: RunDocument, section: Section, name: string, look: Look): ChartDefinition {
  return chartsOf(report, section, look).find((chart) => chart.name === name) as ChartDefinition;
}

function isAbout(chart: ChartDefinition, part: LoadPart): boolean {
  return chart.load !== undefined && JSON.stringify(chart.load) === JSON.stringify(part.load);
}

function notes({ notes: texts }: Footnotes): HTMLElement[] {
  const legend = element(
    'p',
    { class: 'legend' },
    '★ best of its load; behind: how many times the best is better · ≈ may be as good as the best: their 95 % intervals overlap · – no value, or too few requests for this percentile',
  );
  const list = element('ol', {}, ...texts.map((note, index) => element('li', { id: `note-${index + 1}` }, note)));
  return [element('section', { class: 'notes', id: 'notes' }, element('h2', {}, 'Notes'), legend, ...(texts.length === 0 ? [] : [list]))];
}

function anchor(section: Section): string {
  return `workload-${section.slug}`;
}
