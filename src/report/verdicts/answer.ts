/**
 * What a run answers, workload by workload: which model to take, how certain that is, which are behind by how
 * much, and why.
 */
import type { RunDocument } from '../../result.ts';
import { formatModel, formatRatio } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section, sectionsOf } from '../summary/sections.ts';
import { adviceOf, isNear } from './advice.ts';
import { judgedOf } from './closed-verdict.ts';
import { named, type Sentence, say } from './sentence.ts';
import { subjectsOf } from './subject.ts';
import { mainPart, NOTHING_MEASURED, type Verdict, verdictsOf } from './verdict.ts';

export interface Answer extends Pick<Verdict, 'slug' | 'workload' | 'subject'> {
  /** Which model to take at the main load; `undefined` if that is not the question, or not known. */
  readonly take: Sentence | undefined;
  /** Which may be as good, and which are shown to be behind, with factors. */
  readonly others: readonly Sentence[];
  /** Why; if there is no model to take, all findings. The first is the most important. */
  readonly why: readonly Sentence[];
}

/** One answer per verdict, in the order of the report, and one for each section without any measurement. */
export function answersOf(document: RunDocument): Answer[] {
  const verdicts = new Map(verdictsOf(document).map((verdict) => [verdict.slug, verdict]));
  if (verdicts.size === 0) return [];
  const subjects = subjectsOf(document);
  return sectionsOf(document).flatMap((section): Answer[] => {
    const { slug, workload, parts } = section;
    const verdict = verdicts.get(slug);
    if (verdict !== undefined) return [answerOf(verdict, section)];
    if (parts.length === 0 || parts.some(({ cells }) => cells.some(isMeasured))) return [];
    return [
      {
        slug,
        workload,
        subject: subjects.get(section) ?? say``,
        take: undefined,
        others: [],
        why: [say`${NOTHING_MEASURED}`],
      },
    ];
  });
}

function answerOf({ slug, workload, subject, sentences, besides }: Verdict, section: Section): Answer {
  const part = mainPart(section);
  const [take, ...others] = part === undefined ? [] : adviceOf(part);
  if (part === undefined || take === undefined)
    return { slug, workload, subject, take: undefined, others: [], why: sentences };
  return { slug, workload, subject, take, others: [...others, ...behindOf(part)], why: besides };
}

/** At most this many models that are behind are named. */
const NAMED = 4;

/**
 * The models that are shown to be behind, the nearest first; none if the sentence with the reason names the
 * only one.
 */
function behindOf({ cells }: LoadPart): Sentence[] {
  const judged = judgedOf(cells);
  const behind = judged.filter((cell) => !cell.standing.mayBeBest && !isNear(cell));
  if (behind.length < 2) return [];
  const all = behind.map(
    (cell) => say`${named(formatModel(cell))} by ${formatRatio(cell.standing.behind.ratio)}`,
  );
  const shown =
    all.length > NAMED
      ? [
          ...all.slice(0, NAMED - 1),
          say`${String(all.length - NAMED + 1)} more by up to ${formatRatio(furthest(behind))}`,
        ]
      : all;
  const who = behind.length === judged.length - 1 ? 'All others are shown' : 'Shown';
  const list = shown.reduce(
    (before, each, index) => say`${before}${index === shown.length - 1 ? ' and ' : ', '}${each}`,
  );
  return [say`${who} to be behind: ${list}.`];
}

const furthest = (
  behind: readonly { readonly standing: { readonly behind: { readonly ratio: number } } }[],
): number => Math.max(...behind.map(({ standing }) => standing.behind.ratio));
