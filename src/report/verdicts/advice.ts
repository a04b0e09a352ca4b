/** Which model to take at one load, as far as the trials show; and what distinguishes equal ones. */
import type { MeasuredCell } from '../../result.ts';
import { formatDuration, formatLoad, formatModel, formatRate, formatRatio } from '../formats/format.ts';
import type { LoadPart } from '../summary/sections.ts';
import { verbOf } from '../summary/server-side.ts';
import { type JudgedCell, judgedOf } from './closed-verdict.ts';
import { listed, named, type Sentence, say } from './sentence.ts';

/**
 * CPU time has no interval: only a factor that no repetition would reverse is reported. And a model that is
 * behind by more in throughput is not recommended, even if trials with this spread cannot show it.
 */
const CLEARLY = 1.3;
/**
 * A model that is behind by less may still be recommended, even if the difference is shown: it does not
 * matter for a choice.
 */
const NEARLY = 1.05;

/**
 * The sentences for closed loads; none if fewer than two models have enough trials, or the load sets the rate
 * itself.
 */
export function adviceOf({ load, cells }: LoadPart): Sentence[] {
  const [best, ...others] = judgedOf(cells);
  if (load.kind !== 'closed' || best === undefined || others.length === 0) return [];
  const ties = others.filter(isNear);
  const unsure = others.filter(({ standing: { behind, mayBeBest } }) => mayBeBest && behind.ratio >= CLEARLY);
  const chance = ties.every(({ standing }) => standing.mayBeBest)
    ? 'may be chance'
    : 'is less than 5 %, or may be chance';
  const front = [best, ...ties];
  const at = `At ${formatLoad(load)}`;
  const rate = formatRate(best.throughputPerSecond.median);
  const verb = verbOf(cells);
  if (ties.length === 0)
    return [
      say`${at}, take ${named(formatModel(best))}: it ${verb}s the most requests, ${rate}.`,
      ...perhapsBehind(unsure),
    ];
  const behind = others.filter((cell) => !ties.includes(cell)).map(formatModel);
  // The shorter list is the one that is read.
  const [names, they] =
    behind.length < front.length && front.length > 5
      ? [say`any but ${listed(behind, 10)}`, 'the others']
      : [say`${front.length === 2 ? 'either of' : 'any of'} ${listed(front.map(formatModel), 10)}`, 'they'];
  const choice =
    ties.length === others.length
      ? say`${at}, throughput does not decide: the difference between the ${String(front.length)} measured models ${chance}.`
      : say`${at}, take ${names}: ${they} ${verb} the most requests, up to ${rate}, and the difference between them ${chance}.`;
  return [choice, ...cheapest(front), ...perhapsBehind(unsure)];
}

/** Whether it is as good as the best, for a choice between models. */
export const isNear = ({ standing: { behind, mayBeBest } }: JudgedCell): boolean =>
  behind.ratio < (mayBeBest ? CLEARLY : NEARLY);

/** Models that are too far behind to be recommended, although it may be chance. */
function perhapsBehind(unsure: readonly JudgedCell[]): Sentence[] {
  const [least, most] = [unsure[0], unsure.at(-1)];
  if (least === undefined || most === undefined) return [];
  const [from, to] = [least, most].map(({ standing }) => formatRatio(standing.behind.ratio));
  return [
    say`Behind by ${from === to ? `${from}` : `${from} to ${to}`}, though that may be chance: ${listed(unsure.map(formatModel))}.`,
  ];
}

/** Which of them took the least CPU time, if another took much more. */
function cheapest(front: readonly MeasuredCell[]): Sentence[] {
  const byCost = front.toSorted((a, b) => a.cpu.perRequestNs - b.cpu.perRequestNs);
  const [least, most] = [byCost[0], byCost.at(-1)];
  if (
    least === undefined ||
    most === undefined ||
    !(most.cpu.perRequestNs >= CLEARLY * least.cpu.perRequestNs)
  )
    return [];
  return [
    say`Among them ${named(formatModel(least))} took the least CPU time, ${formatDuration(least.cpu.perRequestNs)} per request; ${named(formatModel(most))} took the most, ${formatDuration(most.cpu.perRequestNs)}.`,
  ];
}
