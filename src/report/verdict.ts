/** What a run shows, in plain sentences: only what its intervals support, with the reason from measured figures. */
import type { Cell, Interval, LoadSpec, MeasuredCell, RunDocument } from '../result.ts';
import type { Comparison } from '../stats/compare.ts';
import { capacityVerdicts } from './capacity-verdict.ts';
import { formatFactor, formatLoad, formatModel, formatParams, formatRate } from './format.ts';
import { leadOf } from './lead.ts';
import { reasonOf } from './reason.ts';
import { isMeasured, type LoadPart, type Section, sectionsOf } from './sections.ts';
import { listed, named, type Sentence, say } from './sentence.ts';

export interface Verdict {
  /** The section it is about. */
  readonly slug: string;
  readonly workload: string;
  readonly sentences: readonly Sentence[];
}
interface Lead {
  readonly cell: MeasuredCell;
  readonly comparison: Comparison;
}

/** An interval over fewer is none. */
const FEWEST_TRIALS = 3;
const PEER_LIMIT = 0.9;
/** Below this share of the offered rate, a model has not kept up. */
const KEPT_UP = 0.98;

/** A verdict a workload, in the order of the report; none where nothing can be said. */
export function verdictsOf(document: RunDocument): Verdict[] {
  const sections = sectionsOf(document);
  return sections.flatMap((section) => {
    const subject = subjectOf(section, sections);
    const measured = [...closedVerdict(section, subject), ...openVerdict(section, subject)];
    const sentences = [...measured, ...capacityVerdicts(document, section, measured.length === 0 ? subject : undefined)];
    return sentences.length === 0 ? [] : [{ slug: section.slug, workload: section.workload, sentences }];
  });
}

/** Why there is no verdict at all, where that is so. */
export function verdictGap(document: RunDocument): string | undefined {
  const measured = document.cells.filter(isMeasured);
  if (measured.length === 0 || verdictsOf(document).length > 0) return undefined;
  if (new Set(measured.map(formatModel)).size < 2) return 'Only one model was measured: there is nothing to compare it with.';
  if (measured.every(({ trials }) => trials < FEWEST_TRIALS)) {
    return 'No model is called better here: with fewer than 3 trials a cell nobody can say what is chance (--trials 3).';
  }
  return undefined;
}

/** The load at which a section's models are told apart best: the most clients, or the highest rate. */
export function mainPart(section: Section): LoadPart | undefined {
  return section.parts.findLast(({ load }) => load.kind === 'closed') ?? section.parts.at(-1);
}

function closedVerdict(section: Section, subject: Sentence): Sentence[] {
  const parts = section.parts.filter(({ load, cells }) => load.kind === 'closed' && rivalsOf(cells).length >= 2);
  const part = parts.at(-1);
  if (part === undefined) return [];
  const [best, ...others] = rivalsOf(part.cells) as [MeasuredCell, ...MeasuredCell[]];
  const leads = others.flatMap((cell): Lead[] => {
    const comparison = leadOf(best, cell, others.length);
    return comparison === undefined ? [] : [{ cell, comparison }];
  });
  const behind = leads.filter(({ comparison }) => comparison.verdict === 'faster');
  const tied = leads.filter(({ comparison }) => comparison.verdict !== 'faster').map(({ cell }) => cell);
  const at = say`On ${subject} at ${formatLoad(part.load)}`;
  const base = behind.find(({ cell }) => cell.model === 'sync-blocking') ?? behind.at(-1);
  if (base === undefined) return [say`${at} no difference is shown between ${listed([best, ...tied].map(formatModel))}${atPeersLimit(best)}.`];
  return [
    leadSentence(at, best, base),
    ...(tied.length === 0 ? [] : [say`No difference is shown between ${listed([best, ...tied].map(formatModel))}.`]),
    ...sinceWhen(parts, best, base.cell),
    ...doubts(best, base.cell),
  ];
}

function leadSentence(at: Sentence, best: MeasuredCell, { cell, comparison }: Lead): Sentence {
  const reason = reasonOf(best, cell);
  const factor = factorOf(comparison);
  return say`${at} ${named(formatModel(best))} carries ${factor} what ${named(formatModel(cell))} does${reason === undefined ? '' : say`, ${reason}`}.`;
}

/** `12.3 × (11.8 to 12.9)`. */
function factorOf({ ratio, interval }: Comparison): string {
  const range = interval === undefined ? '' : ` (${formatFactor(interval.low)} to ${formatFactor(interval.high)})`;
  return `${formatFactor(ratio)} ×${range}`;
}

/** From how many clients on the best one leads, and what holds below. */
function sinceWhen(parts: readonly LoadPart[], best: MeasuredCell, base: MeasuredCell): Sentence[] {
  if (parts.length < 2) return [];
  const verdicts = parts.map(({ load, cells }) => {
    const find = (model: string) => rivalsOf(cells).find((cell) => formatModel(cell) === model);
    const [next, other] = [find(formatModel(best)), find(formatModel(base))];
    return { load, comparison: next === undefined || other === undefined ? undefined : leadOf(next, other, parts.length) };
  });
  const first = verdicts.findLastIndex(({ comparison }) => comparison?.verdict !== 'faster') + 1;
  const [since, below] = [verdicts[first], verdicts[first - 1]];
  if (since === undefined) return [];
  const lead = say`It leads ${named(formatModel(base))} from ${formatLoad(since.load)} on`;
  if (below === undefined) return [say`${lead}, the fewest that were tried.`];
  if (below.comparison?.verdict === 'no difference shown') return [say`${lead}; at ${formatLoad(below.load)} no difference is shown.`];
  if (below.comparison?.verdict === 'slower') {
    return [say`${lead}; at ${formatLoad(below.load)} it carries only ${factorOf(below.comparison)} of that.`];
  }
  return [say`${lead}.`];
}

/** What speaks against believing it. */
function doubts(...cells: readonly MeasuredCell[]): Sentence[] {
  const codes = [...new Set(cells.flatMap((cell) => cell.warnings.map(({ code }) => code)))];
  const limited = cells.some(isPeerBound) ? [say`The peer was at its limit there: the models may be further apart than this shows.`] : [];
  const others = codes.filter((code) => code !== 'peer-saturated');
  return [...limited, ...(others.length === 0 ? [] : [say`Read the warnings of these cells first: ${others.join(', ')}.`])];
}

function atPeersLimit(cell: MeasuredCell): string {
  return isPeerBound(cell) ? ', because the peer was at its limit: this measures the peer' : '';
}

function isPeerBound(cell: MeasuredCell): boolean {
  return Object.values(cell.peerCpuShare).some((share) => share >= PEER_LIMIT);
}

/** Under an open load the question is who keeps up: with the highest rate that was offered. */
function openVerdict(section: Section, subject: Sentence): Sentence[] {
  const part = section.parts.findLast(({ load }) => load.kind === 'open');
  const rivals = rivalsOf(part?.cells ?? []);
  if (part === undefined || part.load.kind !== 'open' || rivals.length < 2) return [];
  const { ratePerSecond } = part.load;
  const late = rivals.filter((cell) => cell.shed + cell.unfinished > 0 && isBelow(cell.throughputPerSecond, ratePerSecond));
  const at = openLoad(part.load, subject);
  if (late.length === 0) return [say`${at} all ${String(rivals.length)} models keep up.`];
  const worst = late.at(-1) as MeasuredCell;
  return [
    say`${at} ${listed(late.map(formatModel))} ${late.length === 1 ? 'does' : 'do'} not keep up: ${late.length === 1 ? 'it completes' : 'the slowest completes'} ${formatRate(worst.throughputPerSecond.median)}.`,
  ];
}

function openLoad(load: LoadSpec, subject: Sentence): Sentence {
  return say`On ${subject} at ${formatLoad(load)}`;
}

function isBelow({ high }: Interval, rate: number): boolean {
  return high < KEPT_UP * rate;
}

/** Cells that trials enough were made of, the highest throughput first. */
function rivalsOf(cells: readonly Cell[]): MeasuredCell[] {
  return cells
    .filter(isMeasured)
    .filter((cell) => cell.trials >= FEWEST_TRIALS && cell.throughputPerSecond.median > 0)
    .sort((a, b) => b.throughputPerSecond.median - a.throughputPerSecond.median);
}

/** The workload; with the parameters that tell it from others of its name. */
function subjectOf(section: Section, sections: readonly Section[]): Sentence {
  const others = sections.filter(({ workload }) => workload === section.workload);
  const differing = Object.entries(section.params).filter(([key, value]) => others.some(({ params }) => params[key] !== value));
  const params = formatParams(Object.fromEntries(differing), section.units);
  return params === '' ? say`${named(section.workload)}` : say`${named(section.workload)} (${params})`;
}
