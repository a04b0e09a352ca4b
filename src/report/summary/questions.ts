/** What a run is still to find out, by the same criterion as every table, chart and sentence. */

import { requestsFor } from '../../metrics/percentiles.ts';
import { type CellSpec, cellKey, type MeasuredTrial, type TrialRecord } from '../../result.ts';
import { FEWEST_TRIALS } from '../../stats/interval.ts';
import type { Looks } from '../../stats/looks.ts';
import { type OpenCell, type OpenReason, openCells, type Question } from '../../stats/open-cells.ts';
import { centresOf } from '../../stats/standings.ts';
import { comparedBy } from '../verdicts/ranking.ts';
import { familyKey } from './order.ts';
import { groupBy } from './sections.ts';
import { familyOf, figuresOf, isEnough } from './standing.ts';

/** A cell that was measured, and might be again. */
interface Tried {
  readonly cell: CellSpec;
  readonly trials: readonly MeasuredTrial[];
  readonly failed: number;
}

/**
 * A question a workload, its parameters and a load. With `narrowShare`, it is whether the intervals reach no
 * further than that share from their centres; else who is the best, and each p99.
 */
export function questionsOf(
  records: readonly TrialRecord[],
  looks: Looks,
  narrowShare?: number,
): Question<CellSpec>[] {
  const tried = groupBy(records, ({ cell }) => cellKey(cell)).flatMap((all): Tried[] => {
    const trials = all.filter((record): record is MeasuredTrial => record.status === 'measured');
    return trials.length === 0 ? [] : [{ cell: all[0].cell, trials, failed: all.length - trials.length }];
  });
  return groupBy(tried, ({ cell }) => familyKey(cell)).map((section) => {
    const { reasons, best } =
      narrowShare === undefined ? places(section, looks) : widths(section, narrowShare);
    return {
      cells: section.map(({ cell }) => cell),
      open: section.flatMap((each) => openCell(each, reasons.get(each) ?? [])),
      best,
    };
  });
}

interface Answer {
  readonly reasons: ReadonlyMap<Tried, readonly OpenReason[]>;
  readonly best: CellSpec | undefined;
}

function openCell({ cell, trials, failed }: Tried, more: readonly OpenReason[]): OpenCell<CellSpec>[] {
  // What fails as often as not is not worth the time.
  const few: OpenReason[] = trials.length < FEWEST_TRIALS && trials.length > failed ? ['few-trials'] : [];
  const reasons = [...few, ...more];
  return reasons.length === 0 ? [] : [{ cell, reasons, trialsToPercentile: trialsToPercentile(trials) }];
}

function places(section: readonly Tried[], looks: Looks): Answer {
  const hasPercentile = (tried: Tried) => trialsToPercentile(tried.trials) === 0;
  const reasons = new Map(
    section.map((tried) => [tried, hasPercentile(tried) ? [] : (['no-percentile'] as readonly OpenReason[])]),
  );
  const family = familyOf(section, looks);
  if (family === undefined) return { reasons, best: undefined };
  const { rivals, figures } = family;
  const open = openCells(figures, looks, { hasPercentile: rivals.map(hasPercentile) });
  rivals.forEach((tried, index) => {
    reasons.set(tried, open[index] as OpenReason[]);
  });
  const centres = centresOf(figures).map(({ value }) => (figures.better === 'more' ? value : -value));
  return { reasons, best: rivals[centres.indexOf(Math.max(...centres))]?.cell };
}

/**
 * Who may be the best is not asked, and all trials count: they are looked at for their spread, not for who is
 * ahead.
 */
function widths(section: readonly Tried[], narrowShare: number): Answer {
  const metric = comparedBy((section[0] as Tried).cell.load);
  const known = section.flatMap((tried) => {
    const figures = figuresOf(tried.trials, metric);
    return isEnough(figures) ? [{ tried, figures }] : [];
  });
  const centres = known.length === 0 ? [] : centresOf({ cells: known.map(({ figures }) => figures) });
  const wide = known.filter((_, index) => {
    const { value, low, high } = centres[index] as (typeof centres)[number];
    return Math.max(high - value, value - low) > narrowShare * value;
  });
  return { reasons: new Map(wide.map(({ tried }) => [tried, ['wide-interval']])), best: undefined };
}

/** By its pace; infinite where no request has ended. */
function trialsToPercentile(trials: readonly MeasuredTrial[]): number {
  const requests = trials.reduce((sum, { latency, completed }) => sum + (latency.count ?? completed), 0);
  return Math.max(0, Math.ceil((requestsFor(99) - requests) / (requests / trials.length)));
}
