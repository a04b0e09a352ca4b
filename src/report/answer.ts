/** What a run answers, workload by workload: which model to take, how sure that is, who is behind by how much, and why. */
import type { RunDocument } from '../result.ts';
import { adviceOf, isNear } from './advice.ts';
import { judgedOf } from './closed-verdict.ts';
import { formatModel, formatRatio } from './format.ts';
import { isMeasured, type LoadPart, sectionsOf } from './sections.ts';
import { named, type Sentence, say } from './sentence.ts';
import { mainPart, subjectsOf, type Verdict, verdictsOf } from './verdict.ts';

export interface Answer extends Pick<Verdict, 'slug' | 'workload' | 'subject'> {
  /** Which model to take at the main load; `undefined` where that is not the question, or cannot be said. */
  readonly take: Sentence | undefined;
  /** Who may be as good, and who is shown to be behind, with factors. */
  readonly others: readonly Sentence[];
  /** Why; where there is no model to take, all that can be said. The first is worth the most. */
  readonly why: readonly Sentence[];
}

/** An answer for each verdict, in the order of the report, and a sentence for each section beside them of which nothing could be measured. */
export function answersOf(document: RunDocument): Answer[] {
  const answers = new Map(answersToVerdicts(document).map((answer) => [answer.slug, answer]));
  if (answers.size === 0) return [];
  const subjects = subjectsOf(document);
  return sectionsOf(document).flatMap((section): Answer[] => {
    const answer = answers.get(section.slug);
    if (answer !== undefined) return [answer];
    const { slug, workload, parts } = section;
    if (parts.length === 0 || parts.some(({ cells }) => cells.some(isMeasured))) return [];
    return [{ slug, workload, subject: subjects.get(section) ?? say``, take: undefined, others: [], why: [NOTHING] }];
  });
}

const NOTHING = say`Nothing could be measured; the reasons stand below.`;

function answersToVerdicts(document: RunDocument): Answer[] {
  return verdictsOf(document).map(({ slug, workload, subject, sentences, besides }) => {
    const section = sectionsOf(document).find((each) => each.slug === slug);
    const part = section && mainPart(section);
    const [take, ...others] = part === undefined ? [] : adviceOf(part);
    if (part === undefined || take === undefined) return { slug, workload, subject, take: undefined, others: [], why: sentences };
    return { slug, workload, subject, take, others: [...others, ...behindOf(part)], why: besides };
  });
}

/** Of those that are behind so many are named. */
const NAMED = 4;

/** Who is shown to be behind, the nearest first; none where the sentence that says why has the only one. */
function behindOf({ cells }: LoadPart): Sentence[] {
  const judged = judgedOf(cells);
  const behind = judged.filter((cell) => !cell.standing.mayBeBest && !isNear(cell));
  if (behind.length < 2) return [];
  const all = behind.map((cell) => say`${named(formatModel(cell))} by ${formatRatio(cell.standing.behind.ratio)}`);
  const shown =
    all.length > NAMED ? [...all.slice(0, NAMED - 1), say`${String(all.length - NAMED + 1)} more by up to ${formatRatio(furthest(behind))}`] : all;
  const who = behind.length === judged.length - 1 ? 'All others are shown' : 'Shown';
  const list = shown.reduce((before, each, index) => say`${before}${index === shown.length - 1 ? ' and ' : ', '}${each}`);
  return [say`${who} to be behind: ${list}.`];
}

const furthest = (behind: readonly { readonly standing: { readonly behind: { readonly ratio: number } } }[]): number =>
  Math.max(...behind.map(({ standing }) => standing.behind.ratio));
