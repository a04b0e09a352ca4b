/** Which model to take at one load, as far as the trials can tell; and what tells equals apart. */
import type { MeasuredCell } from '../result.ts';
import type { Comparison } from '../stats/compare.ts';
import { rivalsOf } from './closed-verdict.ts';
import { formatDuration, formatLoad, formatModel, formatRate, formatRatio } from './format.ts';
import { leadOf } from './lead.ts';
import type { LoadPart } from './sections.ts';
import { listed, named, type Sentence, say } from './sentence.ts';

/**
 * CPU time has no interval: only a factor that no repetition would turn around is told. And who is behind by more in throughput is
 * not advised, even where trials as spread as these cannot show it.
 */
const CLEARLY = 1.3;
/** Who is behind by less is not advised against, even where that much is shown: nobody chooses a model for it. */
const NEARLY = 1.05;

/** The sentences for closed loads; none where fewer than two models have trials enough, or the load sets the rate itself. */
export function adviceOf({ load, cells }: LoadPart): Sentence[] {
  const [best, ...others] = rivalsOf(cells);
  if (load.kind !== 'closed' || best === undefined || others.length === 0) return [];
  const leads = others.map((cell) => ({ cell, lead: leadOf(best, cell, others.length) }));
  const near = leads.filter(({ lead }) => lead === undefined || lead.ratio < (lead.verdict === 'faster' ? NEARLY : CLEARLY));
  const unsure = leads.filter(({ lead }) => lead !== undefined && lead.verdict !== 'faster' && lead.ratio >= CLEARLY);
  const ties = near.map(({ cell }) => cell);
  const chance = near.some(({ lead }) => lead?.verdict === 'faster') ? 'is less than 5 %, or may be chance' : 'may be chance';
  const front = [best, ...ties];
  const at = `At ${formatLoad(load)}`;
  const rate = formatRate(best.throughputPerSecond.median);
  if (ties.length === 0) return [say`${at}, take ${named(formatModel(best))}: it completes the most requests, ${rate}.`, ...perhapsBehind(unsure)];
  const behind = others.filter((cell) => !ties.includes(cell)).map(formatModel);
  // The shorter list is the one that is read.
  const [names, they] =
    behind.length < front.length && front.length > 5
      ? [say`any but ${listed(behind, 10)}`, 'the others']
      : [say`${front.length === 2 ? 'either of' : 'any of'} ${listed(front.map(formatModel), 10)}`, 'they'];
  const choice =
    ties.length === others.length
      ? say`${at}, throughput does not decide: what lies between the ${String(front.length)} models that were measured ${chance}.`
      : say`${at}, take ${names}: ${they} complete the most requests, up to ${rate}, and what lies between them ${chance}.`;
  return [choice, ...cheapest(front), ...perhapsBehind(unsure)];
}

/** Who is behind by so much that chance alone is no reason to advise it. */
function perhapsBehind(unsure: readonly { cell: MeasuredCell; lead: Comparison | undefined }[]): Sentence[] {
  const byRatio = unsure.toSorted((a, b) => (a.lead?.ratio ?? 1) - (b.lead?.ratio ?? 1));
  const [least, most] = [byRatio[0]?.lead, byRatio.at(-1)?.lead];
  if (least === undefined || most === undefined) return [];
  const [from, to] = [formatRatio(least.ratio), formatRatio(most.ratio)];
  return [
    say`Behind by ${from === to ? from : `${from} to ${to}`}, though that may be chance: ${listed(byRatio.map(({ cell }) => formatModel(cell)))}.`,
  ];
}

/** Which of them took the least CPU time, where that is far from what another took. */
function cheapest(front: readonly MeasuredCell[]): Sentence[] {
  const byCost = front.toSorted((a, b) => a.cpu.perRequestNs - b.cpu.perRequestNs);
  const [least, most] = [byCost[0], byCost.at(-1)];
  if (least === undefined || most === undefined || !(most.cpu.perRequestNs >= CLEARLY * least.cpu.perRequestNs)) return [];
  return [
    say`Among them ${named(formatModel(least))} took the least CPU time, ${formatDuration(least.cpu.perRequestNs)} a request; ${named(formatModel(most))} took the most, ${formatDuration(most.cpu.perRequestNs)}.`,
  ];
}
