/** Which value of a parameter of words is the best, as an algorithm of a load balancer, and why. */
import type { MeasuredCell, RunDocument } from '../../result.ts';
import { FEWEST_TRIALS } from '../../stats/interval.ts';
import { FAMILY_LEVEL, standingsOf } from '../../stats/standings.ts';
import { formatDuration, formatLoad, formatModel, formatRate, formatShare } from '../formats/format.ts';
import { groupBy, isMeasured, type Section, sectionsOf } from '../summary/sections.ts';
import { isStarved } from '../summary/starved.ts';
import { type Sweep, sweepsOf } from '../summary/sweeps.ts';
import { listed, named, type Sentence, say } from './sentence.ts';
import { subjectWithout } from './subject.ts';

/** A peer that gets more by this share of all requests is worth a mention. */
const LEAST_SHIFT = 0.05;
const MOST_FAILED = 0.01;

/** What choices are compared by: the first that is known of every trial. */
interface Figure {
  readonly better: 'more' | 'less';
  ofTrials(cell: MeasuredCell): readonly (number | null)[];
  of(cell: MeasuredCell): number | null;
  /** What the subject does with the better choice, and what it does with the worse. */
  says(best: string, worst: string, others: readonly [Sentence, Sentence]): Sentence;
  format(value: number): string;
}
const FIGURES: readonly Figure[] = [
  {
    better: 'less',
    ofTrials: ({ trialLatencyNs }) => trialLatencyNs?.p99 ?? [],
    of: ({ latencyNs }) => latencyNs.p99,
    says: (best, worst, [withBest, withWorst]) =>
      say`answers 99 % of the requests within ${best} ${withBest}, and within ${worst} ${withWorst}`,
    format: formatDuration,
  },
  {
    better: 'more',
    ofTrials: ({ trialThroughputPerSecond }) => trialThroughputPerSecond,
    of: ({ throughputPerSecond }) => throughputPerSecond.median,
    says: (best, worst, [withBest, withWorst]) =>
      say`completes ${best} ${withBest}, and ${worst} ${withWorst}`,
    format: formatRate,
  },
];

/** A value of the parameter, and what was measured with it. */
interface Choice {
  readonly value: string;
  readonly cell: MeasuredCell;
  readonly figures: readonly number[];
  readonly mayBeBest: boolean;
}

/**
 * A sentence for each parameter of words that has several values, at the first section of its workload: which
 * has the lowest p99 (or completes most, where trials are too short for that) at the largest number of
 * clients, under the model with the best. None where no difference is shown.
 */
export function choiceVerdicts(document: RunDocument, section: Section): Sentence[] {
  const first = sectionsOf(document).find(({ workload }) => workload === section.workload);
  if (first?.slug !== section.slug) return [];
  // Each look might have ended the run: all of them together have the level of one.
  const level = FAMILY_LEVEL / Math.max(1, document.run.looks?.length ?? 1);
  return sweepsOf(document, section)
    .filter(({ isOfNumbers }) => !isOfNumbers)
    .flatMap((sweep) =>
      sentencesAbout({ sweep, section, level }, subjectWithout(document, section, sweep.key)),
    );
}

interface Asked {
  readonly sweep: Sweep;
  readonly section: Section;
  /** Of what is said of all values together. */
  readonly level: number;
}

function sentencesAbout(asked: Asked, subject: Sentence): Sentence[] {
  for (const figure of FIGURES) {
    const choices = choicesOf(asked, figure);
    if (choices !== undefined) return sentencesOf(choices, figure, asked.sweep.key, subject);
  }
  return [];
}

function sentencesOf(choices: readonly Choice[], figure: Figure, key: string, subject: Sentence): Sentence[] {
  const sign = figure.better === 'less' ? 1 : -1;
  const figureOf = ({ cell }: Choice) => figure.of(cell) as number;
  const sorted = choices.toSorted((a, b) => sign * (figureOf(a) - figureOf(b)));
  const [best, worst] = [sorted[0] as Choice, sorted.at(-1) as Choice];
  if (worst.mayBeBest || !best.mayBeBest) return [];
  const front = sorted.filter(({ mayBeBest }) => mayBeBest).map(({ value }) => value);
  const choosing = [say`with ${key} ${named(best.value)}`, say`with ${named(worst.value)}`] as const;
  const [bestText, worstText] = [best, worst].map((choice) => figure.format(figureOf(choice)));
  const said = figure.says(bestText as string, worstText as string, choosing);
  const { load } = best.cell;
  const lead = say`At ${formatLoad(load)} ${subject} under ${named(formatModel(best.cell))} ${said}${shiftBetween(best, worst)}.`;
  return front.length < 2 ? [lead] : [lead, say`No difference is shown between ${listed(front)}.`];
}

/** Under the model that has the best, of those that have enough trials with each value. */
function choicesOf({ sweep, section, level }: Asked, figure: Figure): Choice[] | undefined {
  const { key, sections } = sweep;
  const load = section.parts.findLast((part) => part.load.kind === 'closed')?.load;
  if (load === undefined) return undefined;
  const found = sections.flatMap(({ params, parts }) =>
    (parts.find((part) => formatLoad(part.load) === formatLoad(load))?.cells ?? [])
      .filter(isMeasured)
      .filter(isWhole)
      .flatMap((cell) => {
        const figures = figuresOf(cell, figure);
        return figures === undefined ? [] : [{ value: String(params[key]), cell, figures }];
      }),
  );
  const models = groupBy(found, ({ cell }) => formatModel(cell)).filter(
    (group) =>
      group.length === sections.length &&
      // Trials of one round are beside each other.
      group.every(({ figures }) => figures.length === group[0].figures.length),
  );
  const sign = figure.better === 'less' ? 1 : -1;
  const bestOf = (group: readonly { readonly cell: MeasuredCell }[]) =>
    Math.min(...group.map(({ cell }) => sign * (figure.of(cell) as number)));
  const [chosen] = models.toSorted((a, b) => bestOf(a) - bestOf(b));
  if (chosen === undefined) return undefined;
  const cells = chosen.map(({ figures }) => figures.map((each, round) => ({ round, figure: each })));
  const standings = standingsOf({ cells, better: figure.better }, level);
  return chosen.map((each, place) => ({ ...each, mayBeBest: standings[place]?.mayBeBest === true }));
}

/** All clients were served, and hardly a request failed: who fails fast is not the soonest. */
const isWhole = (cell: MeasuredCell): boolean =>
  !isStarved(cell) && cell.failed <= MOST_FAILED * (cell.failed + cell.completed);

/** Those of its trials; `undefined` if there are too few, or a trial has none. */
function figuresOf(cell: MeasuredCell, { of, ofTrials }: Figure): number[] | undefined {
  const all = ofTrials(cell);
  const known = all.filter((value): value is number => value !== null && value > 0);
  const isKnown = of(cell) !== null && known.length === all.length;
  return isKnown && known.length >= FEWEST_TRIALS ? known : undefined;
}

/** The peer that gets clearly more of the requests with the worse value. */
function shiftBetween(best: Choice, worst: Choice): Sentence {
  const [fewer, more] = [sharesOf(best.cell), sharesOf(worst.cell)];
  const shifts = [...more].flatMap(([peer, share]) => {
    const before = fewer.get(peer);
    return before === undefined ? [] : [{ peer, share, before }];
  });
  const [shift] = shifts.toSorted((a, b) => b.share - b.before - (a.share - a.before));
  if (shift === undefined || shift.share - shift.before < LEAST_SHIFT) return say``;
  return say`, where ${named(shift.peer)} gets ${formatShare(shift.share)} of the requests instead of ${formatShare(shift.before)}`;
}

function sharesOf({ peerRequests = {} }: MeasuredCell): Map<string, number> {
  const all = Object.entries(peerRequests);
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  return new Map(total === 0 ? [] : all.map(([peer, count]) => [peer, count / total]));
}
