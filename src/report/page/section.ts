/// <reference lib="dom" />
/** The workload that was chosen: what it shows, its figures, its charts. */
import type { RunDocument } from '../../result.ts';
import type { ChartFamily } from '../charts/family.ts';
import { chartsOf, familyOf } from '../charts/index.ts';
import { pageLook } from '../charts/look.ts';
import { stylesOf } from '../charts/palette.ts';
import { formatLoad, formatParams } from '../formats/format.ts';
import { groupBy, type Section } from '../summary/sections.ts';
import { serverLine } from '../summary/server-side.ts';
import { adviceOf } from '../verdicts/advice.ts';
import { hasCapacities } from '../verdicts/capacity-verdict.ts';
import { verdictsOf } from '../verdicts/verdict.ts';
import { type Choice, sectionOf, shownReport } from './choice.ts';
import { element } from './dom.ts';
import { chartFigure, type Figure } from './figure.ts';
import { networkStory } from './network-story.ts';
import { story } from './story.ts';
import { figuresTable } from './table.ts';
import { currentTheme } from './theme.ts';
import { sentenceNodes } from './verdicts.ts';

const narrow = matchMedia('(max-width: 640px)');

export interface View {
  readonly element: HTMLElement;
  readonly figures: readonly Figure[];
}

interface Shown {
  readonly family: ChartFamily;
  readonly figure: Figure;
}

/** Builds the view of a choice. `highlighted` is asked whenever a chart is drawn. */
export function workloadView(
  report: RunDocument,
  choice: Choice,
  highlighted: () => string | undefined,
): View {
  const whole = sectionOf(report, choice.slug);
  if (whole === undefined) return { element: element('p', {}, 'Nothing was measured yet.'), figures: [] };
  const shown = shownReport(report, choice);
  const section = sectionOf(shown, choice.slug);
  const define = () => {
    if (section === undefined) return [];
    const look = pageLook(currentTheme(), narrow.matches, {
      scale: choice.scale,
      highlighted: highlighted(),
    });
    return chartsOf(shown, section, look).filter(
      ({ load }) => load === undefined || formatLoad(load) === choice.load,
    );
  };
  // All figures of a moment are made and drawn one after another: their definitions are made once for all of
  // them.
  const definitions = onceAtATime(define);
  const figures = definitions().map((first) => ({
    family: familyOf(first.kind),
    figure: chartFigure(first, whole.workload, () => definitions().find(({ name }) => name === first.name)),
  }));
  const part = section?.parts.find(({ load }) => formatLoad(load) === choice.load);
  // Of all models, shown or not: hiding the best one does not make another the best.
  const everybody = whole.parts.find(({ load }) => formatLoad(load) === choice.load);
  const advice = everybody === undefined ? [] : adviceOf(everybody);
  const verdicts = verdictsOf(report);
  // A single one stands above already.
  const verdict = verdicts.length < 2 ? undefined : verdicts.find(({ slug }) => slug === choice.slug);
  const { before, after } = underQuestions(figures);
  // A search has no table of a load: its figures are in the charts' tables.
  const isSearched = section !== undefined && hasCapacities(shown, section);
  const table =
    part !== undefined
      ? figuresTable(part, stylesOf(report.run.models))
      : isSearched
        ? []
        : [emptyNote(choice)];
  return {
    figures: figures.map(({ figure }) => figure),
    element: element(
      'section',
      { class: 'workload', 'aria-label': `Workload ${whole.workload}` },
      ...headingOf(whole),
      ...(advice.length === 0 ? [] : [element('p', { class: 'advice' }, ...sentenceNodes(advice))]),
      ...(verdict === undefined
        ? []
        : [element('p', { class: 'verdict' }, ...sentenceNodes(verdict.sentences))]),
      ...before,
      ...table,
      ...(section === undefined ? [] : networkStory(section)),
      ...(section === undefined || part === undefined ? [] : story(section, part)),
      ...after,
    ),
  };
}

function headingOf(section: Section): HTMLElement[] {
  const { workload, summary } = section;
  const params = formatParams(section.params, section.units);
  const side = serverLine(section);
  return [
    element('h2', {}, workload),
    element(
      'p',
      { class: 'summary' },
      [summary, params].filter((text) => text !== undefined && text !== '').join(' · '),
    ),
    ...(side === undefined ? [] : [element('p', { class: 'summary side' }, side)]),
  ];
}

/** The figures, each under the question that it answers, before and after the table of cells. */
function underQuestions(figures: readonly Shown[]): { before: HTMLElement[]; after: HTMLElement[] } {
  const groups = groupBy(figures, ({ family }) => family.question).map((group) => ({
    // The answer of a search comes first.
    isBefore: group[0].family.sumsUpSearches ?? false,
    elements: [
      element('h3', { class: 'question' }, group[0].family.question),
      element('div', { class: 'pair' }, ...group.map(({ figure }) => figure.element)),
    ],
  }));
  return {
    before: groups.filter(({ isBefore }) => isBefore).flatMap(({ elements }) => elements),
    after: groups.filter(({ isBefore }) => !isBefore).flatMap(({ elements }) => elements),
  };
}

function emptyNote({ hidden }: Choice): HTMLElement {
  return element(
    'p',
    { class: 'empty' },
    hidden.size > 0 ? 'All models are hidden: choose some above.' : 'There is no table for this workload.',
  );
}

/** Remembers an answer until the current task has ended. */
function onceAtATime<T>(ask: () => T): () => T {
  let known: { answer: T } | undefined;
  return () => {
    if (known === undefined) {
      known = { answer: ask() };
      queueMicrotask(() => {
        known = undefined;
      });
    }
    return known.answer;
  };
}
