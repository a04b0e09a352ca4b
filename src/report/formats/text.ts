/** The report of a terminal. */
import picocolors from 'picocolors';
import { printableValue } from '../../printable.ts';
import type { RunDocument } from '../../result.ts';
import { type Section, sectionsOf, sectionTitle } from '../summary/sections.ts';
import { serverLine } from '../summary/server-side.ts';
import { answersOf } from '../verdicts/answer.ts';
import { hasCapacities } from '../verdicts/capacity-verdict.ts';
import { say, sentenceText } from '../verdicts/sentence.ts';
import { verdictGap } from '../verdicts/verdict.ts';
import { toExplain, warningsInBrief } from '../warnings/in-brief.ts';
import { groupLines, groupWarnings, warnedIn } from '../warnings/warning-groups.ts';
import { capacitySteps, capacityTables } from './capacity-table.ts';
import { type Footnotes, footnotesOf, superscript } from './footnotes.ts';
import { MISSING } from './format.ts';
import { environmentPhrases, runPhrases } from './heading.ts';
import { phaseRows } from './phase-times.ts';
import { refusalSentence, refusalsOf } from './refusals.ts';
import { storyTable } from './story-rows.ts';
import { syscallRows } from './syscall-counts.ts';
import { type Colors, textTable } from './text-table.ts';
import { wrap } from './wrap.ts';

export interface TextOptions {
  /** Columns; no line is longer. */
  readonly width: number;
  readonly color: boolean;
}

/** How many cells a warning names; the others are counted. */
const NAMED_CELLS = 4;

/**
 * Renders the report for a terminal: the answers, the warnings in brief, one table per workload, the warnings
 * explained, footnotes last.
 */
export function renderText(run: RunDocument, { width, color }: TextOptions): string {
  const document = printableValue(run);
  const colors = picocolors.createColors(color);
  const room = Math.max(40, width);
  const footnotes = footnotesOf(document.cells);
  const blocks = [
    headerBlock(document, room, colors),
    ...answerBlocks(document, room, colors),
    warningsBlock(document, room, colors),
    ...sectionsOf(document).map((section) => sectionBlock(document, section, room, colors, footnotes)),
    ...warningBlocks(document, room, colors),
    legendBlock(document, room, colors, footnotes),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function headerBlock(document: RunDocument, width: number, colors: Colors): string[] {
  return [
    ...wrap(document.run.id, width).map((line) => colors.bold(line)),
    ...wrap(environmentPhrases(document).join(' · '), width).map((line) => colors.dim(line)),
    ...wrap([...runPhrases(document), document.run.command].join(' · '), width).map((line) =>
      colors.dim(line),
    ),
  ];
}

/** A block a workload: which model to take, who else may be, who is behind, and why. */
function answerBlocks(document: RunDocument, width: number, colors: Colors): string[][] {
  const answers = answersOf(document);
  const gap = answers.length === 0 ? verdictGap(document) : undefined;
  if (gap !== undefined) return [wrap(gap, width)];
  return answers.map(({ subject, take, others, why }) => {
    const texts = [...(take === undefined ? [] : [say`${subject} · ${take}`]), ...others].map((sentence) =>
      sentenceText(sentence),
    );
    const paragraphs =
      why.length === 0 ? texts : [...texts, why.map((sentence) => sentenceText(sentence)).join(' ')];
    return paragraphs
      .flatMap((text, index) => wrap(text, width, index === 0 ? '> ' : '  ', '  '))
      .map((line, index) => (index === 0 ? marked(line, colors) : line));
  });
}

const marked = (line: string, colors: Colors): string => `${colors.green(line[0] ?? '')}${line.slice(1)}`;

/** What is wrong with the file, and the warnings in brief: before any number. */
function warningsBlock(document: RunDocument, width: number, colors: Colors): string[] {
  const brief = warningsInBrief(document, 'below the tables').join(' ');
  const texts = [...document.run.warnings, ...(brief === '' ? [] : [brief])];
  return texts.flatMap((text) => wrap(text, width, '! ', '  ').map((line) => colors.yellow(line)));
}

function warningBlocks(document: RunDocument, width: number, colors: Colors): string[][] {
  const all = warnedIn(document);
  return toExplain(groupWarnings(all)).map((group) => {
    const lines = groupLines(group, all);
    const named = lines.slice(0, NAMED_CELLS);
    const others = lines.length - named.length;
    return [
      ...wrap(`${group.code}: ${group.remedy}`, width, '! ', '  ').map((line) => colors.yellow(line)),
      ...named.flatMap((line) => wrap(line, width, '  - ', '    ')),
      ...(others > 0 ? [`  - and ${others} more`] : []),
    ];
  });
}

function sectionBlock(
  document: RunDocument,
  section: Section,
  width: number,
  colors: Colors,
  footnotes: Footnotes,
): string[] {
  const footnote = (cell: Parameters<Footnotes['numbersOf']>[0]) =>
    footnotes.numbersOf(cell).map(superscript).join(',');
  const refusals = refusalsOf(section).flatMap((refusal) =>
    wrap(refusalSentence(refusal), width, '  ', '    '),
  );
  return [
    ...wrap(sectionTitle(section), width).map((line) => colors.bold(colors.underline(line))),
    ...[section.summary, serverLine(section)].flatMap((text) =>
      text === undefined ? [] : wrap(text, width).map((line) => colors.dim(line)),
    ),
    '',
    ...capacityBlock(document, section, width, colors),
    ...(section.parts.length === 0 ? [] : textTable(section, { width, colors, footnote })),
    ...(refusals.length === 0 ? [] : ['', 'Not measured:', ...refusals]),
    ...storyBlock(section, width),
    ...phaseBlock(section, width),
    ...syscallBlock(section, width),
  ];
}

function capacityBlock(document: RunDocument, section: Section, width: number, colors: Colors): string[] {
  const steps = capacitySteps(document, section, width);
  return [
    ...capacityTables(document, section, { width, colors }),
    ...(steps.length === 0 ? [] : ['', 'Tried on the way:', ...steps]),
    ...(section.parts.length === 0 || !hasCapacities(document, section) ? [] : ['']),
  ];
}

function storyBlock(section: Section, width: number): string[] {
  const rows = storyTable(section, width);
  const heading = 'On the way through the network, seen before anything was measured:';
  return rows.length === 0 ? [] : ['', ...wrap(heading, width), ...rows];
}

function phaseBlock(section: Section, width: number): string[] {
  const rows = phaseRows(section);
  if (rows.length === 0) return [];
  return [
    '',
    'Mean time of each part of a request:',
    ...rows.flatMap(({ model, times }) => wrap(`  ${model}: ${times}`, width, '    ')),
  ];
}

function syscallBlock(section: Section, width: number): string[] {
  const rows = syscallRows(section);
  if (rows.length === 0) return [];
  return [
    '',
    'System calls per request:',
    ...rows.flatMap(({ model, calls }) => wrap(`  ${model}: ${calls}`, width, '    ')),
  ];
}

function legendBlock(document: RunDocument, width: number, colors: Colors, footnotes: Footnotes): string[] {
  const marks = [
    '★ the best of its load; behind: how many times the best is better',
    '≈ one of several that may be the best: the trials show no difference',
    `${MISSING} no value, or too few requests for this percentile`,
    ...(document.cells.some((cell) => cell.threads !== undefined)
      ? ['model/8: with a pool of 8 threads']
      : []),
  ];
  const isEmpty = document.cells.length + (document.capacities?.length ?? 0) === 0;
  const hasTable = document.cells.length > 0;
  const legend = isEmpty ? ['Nothing was measured.'] : hasTable ? wrap(marks.join(' · '), width) : [];
  return [
    ...legend.map((line) => colors.dim(line)),
    ...footnotes.notes.flatMap((note, index) => wrap(note, width, `${superscript(index + 1)} `, '  ')),
  ];
}
