/** Which model leads under closed loads, by how much, why, and from how many clients on. */
import type { Cell, MeasuredCell } from '../result.ts';
import type { Comparison } from '../stats/compare.ts';
import { formatFactor, formatLoad, formatModel } from './format.ts';
import { leadOf } from './lead.ts';
import { reasonOf } from './reason.ts';
import { isMeasured, type LoadPart, type Section } from './sections.ts';
import { listed, named, type Sentence, say } from './sentence.ts';

interface Lead {
  readonly cell: MeasuredCell;
  readonly comparison: Comparison;
}

/** An interval over fewer is none. */
export const FEWEST_TRIALS = 3;
/** An interval from a number to so many times it tells its lower end only. */
const VAGUE = 4;
const PEER_LIMIT = 0.9;

/** The sentences about the largest number of clients; none where fewer than two models have trials enough. */
export function closedVerdict(section: Section, subject: Sentence): Sentence[] {
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
    ...tieSentence(
      best,
      tied,
      behind.map(({ cell }) => cell),
    ),
    ...sinceWhen(parts, best, base.cell),
    ...doubts(best, base.cell),
  ];
}

function leadSentence(at: Sentence, best: MeasuredCell, { cell, comparison }: Lead): Sentence {
  const reason = reasonOf(best, cell);
  const factor = factorOf(comparison);
  return say`${at} ${named(formatModel(best))} completes ${factor} as many requests as ${named(formatModel(cell))}${reason === undefined ? '' : say`, ${reason}`}.`;
}

/** Who may be as good; where that is most of them, who is not. */
function tieSentence(best: MeasuredCell, tied: readonly MeasuredCell[], behind: readonly MeasuredCell[]): Sentence[] {
  if (tied.length === 0) return [];
  if (tied.length < 5 || behind.length > 3) return [say`No difference is shown between ${listed([best, ...tied].map(formatModel), 8)}.`];
  const others = `among the other ${tied.length + 1} no difference is shown`;
  if (behind.length === 1) return [say`${`${others.charAt(0).toUpperCase()}${others.slice(1)}.`}`];
  return [say`Only ${listed(behind.map(formatModel))} are shown to be behind; ${others}.`];
}

/** `12.3 × (11.8 to 12.9)`; where that is too wide to mean much, `at least 11.8 ×`. */
function factorOf({ ratio, interval }: Comparison): string {
  if (interval !== undefined && interval.low >= 1 && interval.high > VAGUE * interval.low) return `at least ${formatFactor(interval.low)} ×`;
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
  const lead = say`${named(formatModel(best))} leads ${named(formatModel(base))} from ${formatLoad(since.load)} on`;
  if (below === undefined) return [say`${lead}, the fewest that were tried.`];
  if (below.comparison?.verdict === 'no difference shown') return [say`${lead}; at ${formatLoad(below.load)} no difference is shown.`];
  if (below.comparison?.verdict === 'slower') {
    return [say`${lead}; at ${formatLoad(below.load)} it completes ${factorOf(below.comparison)} as many.`];
  }
  return [say`${lead}.`];
}

/** What speaks against believing it. */
function doubts(...cells: readonly MeasuredCell[]): Sentence[] {
  const codes = [...new Set(cells.flatMap((cell) => cell.warnings.map(({ code }) => code)))];
  const limited = cells.some(isPeerBound) ? [say`The peer was at its limit there: the models may be further apart than this shows.`] : [];
  const others = codes.filter((code) => code !== 'peer-saturated');
  return [...limited, ...(others.length === 0 ? [] : [say`Read the warnings about these two first: ${others.join(', ')}.`])];
}

function atPeersLimit(cell: MeasuredCell): string {
  return isPeerBound(cell) ? ', because the peer was at its limit: this measures the peer' : '';
}

function isPeerBound(cell: MeasuredCell): boolean {
  return Object.values(cell.peerCpuShare).some((share) => share >= PEER_LIMIT);
}

/** Cells that trials enough were made of, the highest throughput first. */
export function rivalsOf(cells: readonly Cell[]): MeasuredCell[] {
  return cells
    .filter(isMeasured)
    .filter((cell) => cell.trials >= FEWEST_TRIALS && cell.throughputPerSecond.median > 0)
    .sort((a, b) => b.throughputPerSecond.median - a.throughputPerSecond.median);
}
