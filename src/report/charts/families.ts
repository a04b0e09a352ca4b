/** All charts, in the order in which a section shows them: a line each. */
import { capacityCharts } from './capacity-rows.ts';
import { costCharts } from './cost.ts';
import { curveCharts } from './curve.ts';
import { percentileCharts } from './distribution.ts';
import type { ChartFamily } from './family.ts';
import { latencyCharts } from './latency.ts';
import { mapCharts } from './map.ts';
import { phaseCharts } from './phases.ts';
import { protocolCharts } from './protocols.ts';
import { shareCharts } from './shares.ts';
import { scalabilityCharts } from './speedup.ts';
import { spreadCharts } from './spread.ts';
import { sweepCharts } from './sweep.ts';
import { timeCharts } from './thread-states.ts';
import { throughputCharts } from './throughput.ts';
import { timelineCharts } from './timeline.ts';

const list = [
  capacityCharts,
  throughputCharts,
  curveCharts,
  latencyCharts,
  percentileCharts,
  phaseCharts,
  shareCharts,
  timeCharts,
  costCharts,
  protocolCharts,
  mapCharts,
  timelineCharts,
  spreadCharts,
  sweepCharts,
  scalabilityCharts,
] as const;

export type ChartKind = (typeof list)[number]['kinds'][number];

export const families: readonly ChartFamily[] = list;
export const CHART_KINDS: readonly ChartKind[] = list.flatMap(({ kinds }): readonly ChartKind[] => kinds);

/**
 * The family that draws a kind. @throws Error if none does: a chart then has a kind that its family does not
 * declare.
 */
export function familyOf(kind: string): ChartFamily {
  const found = families.find(({ kinds }) => kinds.includes(kind));
  if (found === undefined) throw new Error(`no family draws charts of the kind "${kind}"`);
  return found;
}
