/** Which model leads under closed loads, by how much, why, and from how many clients on. */
import type { Cell, MeasuredCell, RunDocument, Standing } from '../../result.ts';
import { FEWEST_TRIALS } from '../../stats/interval.ts';
import { formatFactor, formatLoad, formatModel, formatRatio } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { isGenerator, verbOf } from '../summary/server-side.ts';
import { isInFigures } from '../warnings/warning-rule.ts';
import { baselineAmong } from './baseline.ts';
import { reasonOf } from './reason.ts';
import { listed, named, type Sentence, say } from './sentence.ts';

/** A cell that is compared with the others of its load. */
export type JudgedCell = MeasuredCell & { readonly standing: Standing };

/** Of an interval whose ends differ by more than this factor, only the lower end is reported. */
const VAGUE = 4;
const PEER_LIMIT = 0.9;

/**
 * The sentences about the largest number of clients; none if fewer than two models have enough trials.
 * Without a subject they stand after those that name the workload, the models that may be the best, and those
 * that are behind.
 */
export function closedVerdict(document: RunDocument, section: Section, subject?: Sentence): Sentence[] {
  const parts = section.parts.filter(
    ({ load, cells }) => load.kind === 'closed' && judgedOf(cells).length >= 2,
  );
  const part = parts.at(-1);
  if (part === undefined) return [];
  const judged = judgedOf(part.cells);
  const [best] = judged as [JudgedCell];
  const front = judged.filter(({ standing }) => standing.mayBeBest);
  const behind = judged.filter(({ standing }) => !standing.mayBeBest);
  const at =
    subject === undefined ? say`At ${formatLoad(part.load)}` : say`On ${subject} at ${formatLoad(part.load)}`;
  const base = baselineAmong(behind, ({ model }) => model, document);
  if (base === undefined) {
    if (subject !== undefined)
      return [
        say`${at} no difference is shown between ${listed(front.map(formatModel))}${atPeersLimit(best)}.`,
      ];
    return limitOf(best) !== undefined
      ? [say`${at} no difference is shown between any two of them${atPeersLimit(best)}.`]
      : [];
  }
  return [
    leadSentence(at, front, best, base),
    ...(subject === undefined ? [] : tieSentence(front, behind)),
    ...sinceWhen(parts, base),
    ...warningSentences(best, base),
  ];
}

/** If several may be the best, the factor is that of the true best. */
function leadSentence(
  at: Sentence,
  front: readonly MeasuredCell[],
  best: MeasuredCell,
  base: JudgedCell,
): Sentence {
  const reason = reasonOf(best, base);
  const verb = verbOf([best]);
  const who = front.length === 1 ? say`${named(formatModel(best))} ${verb}s` : say`the best ${verb}`;
  return say`${at} ${who} ${factorOf(base.standing)} as many requests as ${named(formatModel(base))}${reason === undefined ? '' : say`, ${reason}`}.`;
}

/** The models that may be as good; if those are most of them, the others. */
function tieSentence(front: readonly MeasuredCell[], behind: readonly MeasuredCell[]): Sentence[] {
  if (front.length === 1) return [];
  if (front.length < 6 || behind.length > 3)
    return [say`No difference is shown between ${listed(front.map(formatModel), 8)}.`];
  const others = `among the other ${front.length} no difference is shown`;
  if (behind.length === 1) return [say`${`${others.charAt(0).toUpperCase()}${others.slice(1)}.`}`];
  return [say`Only ${listed(behind.map(formatModel))} are shown to be behind; ${others}.`];
}

/** `12.3 × (11.8 to 12.9)`; where that is too wide to mean much, `at least 11.8 ×`. */
function factorOf({ behind: { ratio, low, high } }: Standing): string {
  if (high > VAGUE * low)
    return low < 1.01 ? `more than ${formatFactor(1)} ×` : `at least ${formatRatio(low)}`;
  return `${formatRatio(ratio)} (${formatFactor(low)} to ${formatFactor(high)})`;
}

/** From how many clients on the other one is behind, and its place below that. */
function sinceWhen(parts: readonly LoadPart[], base: MeasuredCell): Sentence[] {
  if (parts.length < 2) return [];
  const standings = parts.map(({ load, cells }) => ({
    load,
    front: judgedOf(cells)
      .filter(({ standing }) => standing.mayBeBest)
      .map(formatModel),
  }));
  const first = standings.findLastIndex(({ front }) => front.includes(formatModel(base))) + 1;
  const [since, below] = [standings[first], standings[first - 1]];
  if (since === undefined) return [];
  const start = say`${named(formatModel(base))} is behind from ${formatLoad(since.load)} on`;
  if (below === undefined) return [say`${start}, the fewest that were tried.`];
  return [
    say`${start}; at ${formatLoad(below.load)} it ${below.front.length === 1 ? 'is the best' : 'may be as good as any'}.`,
  ];
}

/** The warnings that weaken the verdict. */
function warningSentences(...cells: readonly MeasuredCell[]): Sentence[] {
  const codes = [...new Set(cells.flatMap((cell) => cell.warnings.map(({ code }) => code)))];
  const limit = cells.map(limitOf).find((bound) => bound !== undefined);
  const limited =
    limit === undefined
      ? []
      : [say`The ${limit} was at its limit there: the models may be further apart than this shows.`];
  // Intervals show these warnings already.
  const others = codes.filter((code) => !/^(peer|generator)-saturated$/.test(code) && !isInFigures(code));
  return [
    ...limited,
    ...(others.length === 0 ? [] : [say`Read the warnings about these two: ${others.join(', ')}.`]),
  ];
}

function atPeersLimit(cell: MeasuredCell): string {
  const limit = limitOf(cell);
  return limit === undefined ? '' : `, because the ${limit} was at its limit: this measures the ${limit}`;
}

/** Who was the bottleneck instead of the model, in a word. */
function limitOf({ peerCpuShare }: MeasuredCell): 'peer' | 'generator' | undefined {
  const [name] = Object.entries(peerCpuShare).find(([, share]) => share >= PEER_LIMIT) ?? [];
  return name === undefined ? undefined : isGenerator(name) ? 'generator' : 'peer';
}

/** Cells with enough trials, the highest throughput first. */
export function rivalsOf(cells: readonly Cell[]): MeasuredCell[] {
  return cells
    .filter(isMeasured)
    .filter((cell) => cell.trials >= FEWEST_TRIALS && cell.throughputPerSecond.median > 0)
    .sort((a, b) => b.throughputPerSecond.median - a.throughputPerSecond.median);
}

/** Cells that are compared with each other: those that may be the best first, the best of them first. */
export function judgedOf(cells: readonly Cell[]): JudgedCell[] {
  return cells
    .filter(isMeasured)
    .filter((cell): cell is JudgedCell => cell.standing !== undefined)
    .sort(
      (a, b) =>
        Number(b.standing.mayBeBest) - Number(a.standing.mayBeBest) ||
        a.standing.behind.ratio - b.standing.behind.ratio,
    );
}
