/** Whether one trial at a rate kept an objective: what decides each step of a search for a capacity. */
import { UserError } from '../../errors.ts';
import { mergeTrials, percentilesOf, requestsFor } from '../../metrics/percentiles.ts';
import { counted } from '../../quantity.ts';
import type { MeasuredTrial } from '../../result.ts';
import { queueGrowing } from '../../stats/steady.ts';
import { formatRate, grouped } from '../formats/format.ts';
import { formatFigure, keeps, type Objective, parseObjective, type ThresholdMetric } from './threshold.ts';

/** The metrics of latency, and how many requests each needs; one that is no percentile as many as a p90. */
const REQUESTS_NEEDED = {
  p50: requestsFor(90),
  mean: requestsFor(90),
  p90: requestsFor(90),
  p99: requestsFor(99),
  p999: requestsFor(99.9),
  max: requestsFor(90),
} as const satisfies Partial<Record<ThresholdMetric, number>>;
type LatencyMetric = keyof typeof REQUESTS_NEEDED;

/** An upper bound of a latency: all that a capacity can be found for. */
export interface CapacityObjective extends Objective {
  readonly metric: LatencyMetric;
  /** As it was written, without spaces: `p99<20ms`. */
  readonly text: string;
  /** So many requests have to end in a window. */
  readonly requestsNeeded: number;
  /**
   * A window so long that a line which grows by 5 % of the arrivals breaks the objective before it closes.
   */
  readonly settlingNs: number;
}

export interface Judgement {
  readonly isKept: boolean;
  /** The objective's figure: `p99 18.3 ms`. */
  readonly measured: string;
  /** The condition that was not kept; `undefined` if all were. */
  readonly why?: string;
}

/**
 * Reads `p99<20ms`.
 * @throws UserError if it is not an objective, or not an upper bound of a latency.
 */
export function parseCapacityObjective(written: string): CapacityObjective {
  const objective = parseObjective(written);
  const { metric, op } = objective;
  if (!Object.hasOwn(REQUESTS_NEEDED, metric)) {
    const hint =
      metric === 'failed'
        ? "a step with a failed request never counts as kept: name a latency, like 'p99<20ms'"
        : "the rate is what is searched for: name a latency, like 'p99<20ms'";
    throw new UserError(`a capacity cannot be found for ${metric}`, { hint });
  }
  if (op === '>' || op === '>=') {
    throw new UserError(`${JSON.stringify(written)} would be kept by any overload`, {
      hint: `a latency has to be below something, like '${metric}<20ms'`,
    });
  }
  const latency = metric as LatencyMetric;
  // After t seconds the last request waits t / 20; half of the requests wait less than half of that.
  const settlingNs = (latency === 'p50' || latency === 'mean' ? 40 : 20) * objective.value;
  return {
    ...objective,
    metric: latency,
    text: written.replaceAll(/\s/g, ''),
    requestsNeeded: REQUESTS_NEEDED[latency],
    settlingNs,
  };
}

/**
 * Holds a trial against an objective. It is kept where every request was sent, ended and ended well, enough
 * of them support the figure, the figure is what it has to be, and the queue does not grow.
 */
export function judgeStep(objective: CapacityObjective, trial: MeasuredTrial): Judgement {
  const latency = percentilesOf(mergeTrials([{ histogram: trial.latency, count: trial.completed }]));
  const figure = trial.completed >= objective.requestsNeeded ? latency[objective.metric] : null;
  const measured =
    figure === null
      ? counted(trial.completed, 'request')
      : `${nameOf(objective)} ${formatFigure(objective, figure)}`;
  const growth = queueGrowing((trial.timeline ?? []).map(({ inFlight }) => inFlight));
  const missed = [
    ...lostRequests(trial),
    ...(figure === null
      ? [
          `only ${grouped(trial.completed)} ended, ${nameOf(objective)} needs ${grouped(objective.requestsNeeded)}`,
        ]
      : []),
    ...(figure === null || keeps(objective, figure) ? [] : [measured]),
    ...(growth.isGrowing ? [`the queue grew by ${formatRate(growth.perSecond)}`] : []),
  ];
  return missed.length === 0
    ? { isKept: true, measured }
    : { isKept: false, measured, why: missed.join(', ') };
}

function lostRequests({
  failed: failedInTime,
  conservation,
  errors,
  shed,
  unfinished,
}: MeasuredTrial): string[] {
  const codes = Object.keys(errors);
  const failed = failedInTime + (conservation?.failedDraining ?? 0);
  return [
    ...(failed > 0 ? [`${grouped(failed)} failed${codes.length === 0 ? '' : ` (${codes.join(', ')})`}`] : []),
    ...(shed > 0 ? [`${grouped(shed)} shed`] : []),
    ...(unfinished > 0 ? [`${grouped(unfinished)} unfinished`] : []),
  ];
}

const nameOf = ({ metric }: CapacityObjective): string => (metric === 'p999' ? 'p99.9' : metric);
