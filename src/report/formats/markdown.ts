/** `summary.md`: the report that goes into a repository or a ticket. */
import { markdownTable } from 'markdown-table';
import { printable, printableValue } from '../../printable.ts';
import type { Capacity, Cell, RunDocument } from '../../result.ts';
import { chartName } from '../charts/definition.ts';
import { CHART_KINDS, type ChartKind, chartsOf } from '../charts/index.ts';
import { isMeasured, type LoadPart, type Section, sectionsOf, sectionTitle } from '../summary/sections.ts';
import { serverLine } from '../summary/server-side.ts';
import { answersOf } from '../verdicts/answer.ts';
import { capacitiesOf, failedText, keptText, stepTexts, whyNotMore } from '../verdicts/capacity-verdict.ts';
import { explainRanking, rankCells } from '../verdicts/ranking.ts';
import { type Sentence, sentenceText } from '../verdicts/sentence.ts';
import { verdictGap } from '../verdicts/verdict.ts';
import { toExplain, warningsInBrief } from '../warnings/in-brief.ts';
import { groupLines, groupWarnings, warnedIn } from '../warnings/warning-groups.ts';
import { COLUMNS, type Column } from './columns.ts';
import { type Footnotes, footnotesOf } from './footnotes.ts';
import { formatLoad, formatModel, MISSING } from './format.ts';
import { environmentPhrases, runPhrases } from './heading.ts';
import { phaseRows } from './phase-times.ts';
import { refusalSentence, refusalsOf } from './refusals.ts';
import { storyRows } from './story-rows.ts';
import { syscallRows } from './syscall-counts.ts';

export interface MarkdownOptions {
  /** Paths of chart files, relative to the summary, as `charts/throughput-tcp-echo.png`. */
  readonly charts?: readonly string[];
}

const SHOWN: readonly Column[] = Object.values(COLUMNS);

/** Renders a summary in GitHub's Markdown, with the charts that are there. */
export function renderMarkdown(run: RunDocument, { charts = [] }: MarkdownOptions = {}): string {
  const document = printableValue(run);
  const pictures = picturesAt(charts);
  const kindsOf = kindsIn(pictures);
  const footnotes = footnotesOf(document.cells);
  return [
    `# ${escapeMarkdown(document.run.name)}`,
    ...answers(document),
    ...briefWarnings(document),
    ...sectionsOf(document).flatMap((section) => [
      `## ${escapeMarkdown(sectionTitle(section))}`,
      ...[section.summary, serverLine(section)].flatMap((text) =>
        text === undefined ? [] : [escapeMarkdown(text)],
      ),
      ...capacities(document, section),
      ...section.parts.flatMap((part) => [
        `### ${escapeMarkdown(`${formatLoad(part.load)}, ${explainRanking(part.load)}`)}`,
        table(part, footnotes),
      ]),
      ...refusals(section),
      ...wayThrough(section),
      ...phases(section),
      ...syscalls(section),
      ...images(document, section, pictures, kindsOf(section)),
    ]),
    ...warnings(document),
    '## How it was run',
    [...runPhrases(document), ...environmentPhrases(document)]
      .map((phrase) => `- ${escapeMarkdown(phrase)}`)
      .join('\n'),
    codeBlock(document.run.command),
    ...footnotes.notes.map((note, index) => `[^${index + 1}]: ${escapeMarkdown(note)}`),
  ]
    .join('\n\n')
    .concat('\n');
}

function answers(document: RunDocument): string[] {
  const written = (sentences: readonly Sentence[]) =>
    sentences.map((sentence) => sentenceText(sentence, markdownName, escapeMarkdown)).join(' ');
  const items = answersOf(document).map(({ subject, take, others, why }) => {
    const [first = '', ...rest] = [
      ...(take === undefined ? [] : [`**${written([subject])}** · ${written([take])}`]),
      written(others),
      written(why),
    ].filter((text) => text !== '');
    return [`- ${first}`, ...rest.map((text) => `  - ${text}`)].join('\n');
  });
  const gap = items.length === 0 ? verdictGap(document) : undefined;
  if (gap !== undefined) items.push(escapeMarkdown(gap));
  return items.length === 0 ? [] : ['## What it shows', items.join('\n')];
}

/** What is wrong with the file, and the warnings in brief: before any number. */
function briefWarnings(document: RunDocument): string[] {
  const brief = warningsInBrief(document, 'below the tables').join(' ');
  const texts = [...document.run.warnings, ...(brief === '' ? [] : [brief])];
  return texts.map((text) => `> ${escapeMarkdown(text)}`);
}

function warnings(document: RunDocument): string[] {
  const all = warnedIn(document);
  const items = toExplain(groupWarnings(all)).map((group) => {
    const cells = groupLines(group, all).map((line) => `  - ${escapeMarkdown(line)}`);
    return [`- **${group.code}**: ${escapeMarkdown(group.remedy)}`, ...cells].join('\n');
  });
  return items.length === 0 ? [] : ['## Warnings', items.join('\n')];
}

/** A code span, which nothing but a backtick can end. */
function markdownName(name: string): string {
  return name.includes('`') ? escapeMarkdown(name) : `\`${name}\``;
}

function table(part: LoadPart, footnotes: Footnotes): string {
  const ranks = rankCells(part.cells, part.load);
  const row = (cell: Cell) => [
    escapeMarkdown(formatModel(cell)) +
      footnotes
        .numbersOf(cell)
        .map((number) => `[^${number}]`)
        .join(''),
    ...(isMeasured(cell)
      ? SHOWN.map((column) => escapeMarkdown(column.text(cell, ranks.get(cell))))
      : [cell.status, ...SHOWN.slice(1).map(() => '')]),
  ];
  return markdownTable([['model', ...SHOWN.map((column) => column.head)], ...part.cells.map(row)], {
    align: ['l', ...SHOWN.map(() => 'r')],
  });
}

function refusals(section: Section): string[] {
  const items = refusalsOf(section).map((refusal) => `- ${escapeMarkdown(refusalSentence(refusal))}`);
  return items.length === 0 ? [] : [`Not measured:\n\n${items.join('\n')}`];
}

function capacities(document: RunDocument, section: Section): string[] {
  return capacitiesOf(document, section).flatMap(({ objective, capacities: found }) => [
    `### ${escapeMarkdown(`Capacity: the highest rate of arrivals that kept ${objective}`)}`,
    markdownTable(
      [
        ['model', 'carries', 'fails at', 'why'],
        ...found.map((capacity) => capacityRow(capacity).map(escapeMarkdown)),
      ],
      {
        align: ['l', 'r', 'r', 'l'],
      },
    ),
    ...stepLines(found),
  ]);
}

function capacityRow(capacity: Capacity): string[] {
  if (capacity.ratePerSecond === undefined)
    return [formatModel(capacity.cell), MISSING, failedText(capacity), capacity.reason ?? 'not measured'];
  return [formatModel(capacity.cell), keptText(capacity), failedText(capacity), whyNotMore(capacity)];
}

function stepLines(found: readonly Capacity[]): string[] {
  const items = found
    .filter(({ steps }) => steps.length > 0)
    .map(
      (capacity) =>
        `- ${escapeMarkdown(`${formatModel(capacity.cell)}: ${stepTexts(capacity).join(' · ')}`)}`,
    );
  return items.length === 0 ? [] : [`Tried on the way:\n\n${items.join('\n')}`];
}

function wayThrough(section: Section): string[] {
  const rows = storyRows(section).map(({ name, time, way, says, evidence }) =>
    [name, time, way, says, evidence].map(escapeMarkdown),
  );
  return rows.length === 0
    ? []
    : [
        '### On the way through the network',
        escapeMarkdown(section.story?.about ?? ''),
        markdownTable([['step', 'time', 'who', 'what', 'seen in'], ...rows], {
          align: ['l', 'r', 'l', 'l', 'l'],
        }),
      ];
}

function phases(section: Section): string[] {
  const rows = phaseRows(section).map(({ model, times }) => [escapeMarkdown(model), escapeMarkdown(times)]);
  return rows.length === 0
    ? []
    : [markdownTable([['model', 'mean time of each part of a request'], ...rows])];
}

function syscalls(section: Section): string[] {
  const rows = syscallRows(section).map(({ model, calls }) => [escapeMarkdown(model), escapeMarkdown(calls)]);
  return rows.length === 0 ? [] : [markdownTable([['model', 'system calls per request'], ...rows])];
}

/** The pictures that there are, by the name of their chart. */
type Pictures = ReadonlyMap<string, string>;

const picturesAt = (files: readonly string[]): Pictures =>
  new Map(files.map((file) => [/([^/]*)\.png$/.exec(file)?.[1] ?? file, file]));

/** The kinds of charts of which a section has pictures: no other chart has to be made to find its name. */
function kindsIn(pictures: Pictures): (section: Section) => readonly ChartKind[] {
  // The part after two dashes in a name distinguishes charts of one kind and section.
  const begun = new Set([...pictures.keys()].map((name) => name.replace(/--.*$/, '')));
  return (section) => CHART_KINDS.filter((kind) => begun.has(chartName(kind, section)));
}

function images(
  document: RunDocument,
  section: Section,
  pictures: Pictures,
  kinds: readonly ChartKind[],
): string[] {
  if (kinds.length === 0) return [];
  return chartsOf(document, section, undefined, kinds).flatMap(({ name, title, howToRead }) => {
    const file = pictures.get(name);
    return file === undefined
      ? []
      : [`![${escapeMarkdown(title)}](${encodeURI(file)})`, `*${escapeMarkdown(howToRead)}*`];
  });
}

/** Names are text, never markup: not in a table, not in a heading, not as HTML. */
export function escapeMarkdown(text: string): string {
  return printable(text).replace(/[\\`*_[\]<>|#~&]/g, (character) =>
    character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`,
  );
}

/** The fence is longer than any run of backticks in the text. */
function codeBlock(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}sh\n${text}\n${fence}`;
}
