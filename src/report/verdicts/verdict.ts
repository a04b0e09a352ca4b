/**
 * The findings of a run in plain sentences: only those that its intervals support, with a reason from
 * measured figures.
 */
import type { Interval, LoadSpec, MeasuredCell, RunDocument } from '../../result.ts';
import { FEWEST_TRIALS } from '../../stats/interval.ts';
import { formatLoad, formatModel, formatRate } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section, sectionsOf } from '../summary/sections.ts';
import { verbOf } from '../summary/server-side.ts';
import { capacityVerdicts } from './capacity-verdict.ts';
import { choiceVerdicts } from './choice-verdict.ts';
import { closedVerdict, rivalsOf } from './closed-verdict.ts';
import { protocolVerdict } from './protocol-verdict.ts';
import { listed, type Sentence, say } from './sentence.ts';
import { subjectsOf } from './subject.ts';

export interface Verdict {
  /** The section it is about. */
  readonly slug: string;
  readonly workload: string;
  readonly sentences: readonly Sentence[];
  /** The workload; with the parameters that distinguish it from others of its name. */
  readonly subject: Sentence;
  /**
   * The remaining sentences, if the reader already knows which models may be the best at which load, and
   * which are behind.
   */
  readonly besides: readonly Sentence[];
}
export const NOTHING_MEASURED = 'No cell could be measured; the reasons are below.';
/** Below this share of the offered rate, a model has not kept up. */
const KEPT_UP = 0.98;

/** One verdict per workload, in the order of the report; none without a finding. */
export function verdictsOf(document: RunDocument): Verdict[] {
  const subjects = subjectsOf(document);
  return sectionsOf(document).flatMap((section) => {
    const subject = subjects.get(section) ?? say``;
    const capacities = capacityVerdicts(document, section, subject);
    const open = openVerdict(section, subject);
    const choices = choiceVerdicts(document, section);
    const about = (of?: Sentence) => [
      ...capacities,
      ...closedVerdict(document, section, of),
      ...open,
      ...protocolVerdict(document, section, of),
      ...choices,
    ];
    const [sentences, besides] = [about(subject), about()];
    return sentences.length === 0
      ? []
      : [{ slug: section.slug, workload: section.workload, sentences, subject, besides }];
  });
}

/** Why there is no verdict at all; `undefined` if there is one. */
export function verdictGap(document: RunDocument): string | undefined {
  const measured = document.cells.filter(isMeasured);
  if (document.cells.length === 0 || document.capacities !== undefined || verdictsOf(document).length > 0)
    return undefined;
  if (measured.length === 0) return NOTHING_MEASURED;
  if (new Set(measured.map(formatModel)).size < 2)
    return 'Only one model was measured: there is no other to compare it with.';
  if (measured.every(({ trials }) => trials < FEWEST_TRIALS)) {
    const more = document.run.budgetNs === undefined ? '--trials 3' : 'a longer --budget, or --trials 3';
    return `No model is called better here: with fewer than 3 trials per cell differences cannot be distinguished from chance (${more}).`;
  }
  if (document.run.budgetNs !== undefined && document.run.looks === undefined) {
    return 'No model is called better here: the run ended before its first look.';
  }
  return `No model is called better here: at no load do two models have ${FEWEST_TRIALS} trials that can be compared.`;
}

/**
 * The load that shows differences between a section's models best: the most clients, or the highest of the
 * rates at which most were measured.
 */
export function mainPart(section: Section): LoadPart | undefined {
  const most = Math.max(...section.parts.map(countMeasured));
  return (
    section.parts.findLast(({ load }) => load.kind === 'closed') ??
    section.parts.findLast((part) => countMeasured(part) === most)
  );
}

const countMeasured = ({ cells }: LoadPart): number => cells.filter(isMeasured).length;

/** Under an open load the question is which models keep up with the highest offered rate. */
function openVerdict(section: Section, subject: Sentence): Sentence[] {
  const part = section.parts.findLast(({ load }) => load.kind === 'open');
  const rivals = rivalsOf(part?.cells ?? []);
  if (part === undefined || part.load.kind !== 'open' || rivals.length < 2) return [];
  const { ratePerSecond } = part.load;
  const late = rivals.filter(
    (cell) =>
      (cell.shed + cell.unfinished > 0 && isBelow(cell.throughputPerSecond, ratePerSecond)) ||
      isGrowing(cell),
  );
  const at = openLoad(part.load, subject);
  if (late.length === 0)
    return [say`${at} ${rivals.length === 2 ? 'both' : `all ${rivals.length}`} models keep up.`];
  const worst = late.at(-1) as MeasuredCell;
  return [
    say`${at} ${listed(late.map(formatModel))} ${late.length === 1 ? 'does' : 'do'} not keep up: ${late.length === 1 ? 'it' : 'the slowest'} ${verbOf(late)}s ${formatRate(worst.throughputPerSecond.median)}.`,
  ];
}

function openLoad(load: LoadSpec, subject: Sentence): Sentence {
  return say`On ${subject} at ${formatLoad(load)}`;
}

/** A queue counts even if a short run can still serve it after its window. */
function isGrowing({ warnings }: MeasuredCell): boolean {
  return warnings.some(({ code }) => code === 'queue-growing');
}

function isBelow({ high }: Interval, rate: number): boolean {
  return high < KEPT_UP * rate;
}
