/** Which value of a parameter of words answers soonest, as an algorithm of a load balancer, and why. */
import type { MeasuredCell, RunDocument } from '../../result.ts';
import { FEWEST_TRIALS } from '../../stats/interval.ts';
import { standingsOf } from '../../stats/standings.ts';
import { formatDuration, formatLoad, formatModel, formatShare } from '../formats/format.ts';
import { groupBy, isMeasured, type Section, sectionsOf } from '../summary/sections.ts';
import { type Sweep, sweepsOf } from '../summary/sweeps.ts';
import { listed, named, type Sentence, say } from './sentence.ts';
import { subjectWithout } from './subject.ts';

/** A peer that gets more by this share of all requests is worth a mention. */
const LEAST_SHIFT = 0.05;

/** A value of the parameter, and what was measured with it. */
interface Choice {
  readonly value: string;
  readonly cell: MeasuredCell;
  readonly p99s: readonly number[];
  readonly mayBeBest: boolean;
}

/**
 * A sentence for each parameter of words that has several values, at the first section of its workload: which
 * has the lowest p99 at the largest number of clients, under the model that answers soonest. None where no
 * difference is shown.
 */
export function choiceVerdicts(document: RunDocument, section: Section): Sentence[] {
  const first = sectionsOf(document).find(({ workload }) => workload === section.workload);
  if (first?.slug !== section.slug) return [];
  return sweepsOf(document, section).flatMap((sweep) =>
    sweep.isOfNumbers ? [] : sentenceAbout(sweep, section, subjectWithout(document, section, sweep.key)),
  );
}

function sentenceAbout(sweep: Sweep, section: Section, subject: Sentence): Sentence[] {
  const choices = choicesOf(sweep, section);
  if (choices === undefined) return [];
  const sorted = choices.toSorted((a, b) => p99Of(a) - p99Of(b));
  const [best, worst] = [sorted[0] as Choice, sorted.at(-1) as Choice];
  if (worst.mayBeBest) return [];
  const front = sorted.filter(({ mayBeBest }) => mayBeBest).map(({ value }) => value);
  const { cell } = best;
  const who = say`${subject} under ${named(formatModel(cell))}`;
  const lead = say`At ${formatLoad(cell.load)} ${who} answers 99 % of the requests within ${formatDuration(p99Of(best))} with ${sweep.key} ${named(best.value)}, and within ${formatDuration(p99Of(worst))} with ${named(worst.value)}${shiftBetween(best, worst)}.`;
  return front.length < 2 ? [lead] : [lead, say`No difference is shown between ${listed(front)}.`];
}

/** Under the model whose p99s are the lowest, of those that have enough trials with each value. */
function choicesOf({ key, sections }: Sweep, { parts }: Section): readonly Choice[] | undefined {
  const load = parts.findLast((part) => part.load.kind === 'closed')?.load ?? parts.at(-1)?.load;
  if (load === undefined) return undefined;
  const found = sections.flatMap(({ params, parts }) =>
    (parts.find((part) => formatLoad(part.load) === formatLoad(load))?.cells ?? [])
      .filter(isMeasured)
      .flatMap((cell) => {
        const p99s = p99sOf(cell);
        return p99s === undefined ? [] : [{ value: String(params[key]), cell, p99s }];
      }),
  );
  const models = groupBy(found, ({ cell }) => formatModel(cell)).filter(
    (group) => group.length === sections.length,
  );
  const sumOf = (group: readonly { readonly cell: MeasuredCell }[]) =>
    group.reduce((sum, each) => sum + p99Of(each), 0);
  const [soonest] = models.toSorted((a, b) => sumOf(a) - sumOf(b));
  if (soonest === undefined) return undefined;
  const standings = standingsOf({
    cells: soonest.map(({ p99s }) => p99s.map((figure, round) => ({ round, figure }))),
    better: 'less',
  });
  return soonest.map((each, place) => ({ ...each, mayBeBest: standings[place]?.mayBeBest === true }));
}

const p99Of = ({ cell }: { readonly cell: MeasuredCell }): number => cell.latencyNs.p99 as number;

/** Those of its trials; `undefined` if there are too few, or a trial has none. */
function p99sOf({ latencyNs, trialLatencyNs }: MeasuredCell): number[] | undefined {
  const p99s = (trialLatencyNs?.p99 ?? []).filter((ns) => ns !== null && ns > 0) as number[];
  const isKnown = latencyNs.p99 !== null && p99s.length === trialLatencyNs?.p99.length;
  return isKnown && p99s.length >= FEWEST_TRIALS ? p99s : undefined;
}

/** The peer that gets clearly more of the requests with the worse value. */
function shiftBetween(best: Choice, worst: Choice): Sentence {
  const [fewer, more] = [sharesOf(best.cell), sharesOf(worst.cell)];
  const shifts = [...more].map(([peer, share]) => ({ peer, share, before: fewer.get(peer) ?? 0 }));
  const [shift] = shifts.toSorted((a, b) => b.share - b.before - (a.share - a.before));
  if (shift === undefined || shift.share - shift.before < LEAST_SHIFT) return say``;
  return say`, where ${named(shift.peer)} gets ${formatShare(shift.share)} of them instead of ${formatShare(shift.before)}`;
}

function sharesOf({ peerRequests = {} }: MeasuredCell): Map<string, number> {
  const all = Object.entries(peerRequests);
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  return new Map(total === 0 ? [] : all.map(([peer, count]) => [peer, count / total]));
}
