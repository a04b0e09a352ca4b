/** What trials may tell beyond times and counts. Each figure is there only where a trial has it. */
import type { MachineUsage, MeasuredCell, MeasuredTrial, ThreadTime, TimelineEntry } from '../../result.ts';
import { mergeTrials, percentilesOf } from './percentiles.ts';

type Observations = Partial<
  Pick<
    MeasuredCell,
    | 'threadTime'
    | 'submitNs'
    | 'reorderedShare'
    | 'inFlightMean'
    | 'oracle'
    | 'pageFaultsPerRequest'
    | 'threadCount'
    | 'pacingCpuPerRequestNs'
    | 'machine'
    | 'timeline'
  >
>;
const STATES = ['user', 'system', 'runnable', 'blocked', 'waiting', 'idle'] as const satisfies readonly (keyof ThreadTime)[];

/** The optional figures of a cell, from those of its trials that have them. */
export function observationsOf(trials: readonly MeasuredTrial[]): Observations {
  const timeline = trials.find((trial) => trial.timeline !== undefined)?.timeline;
  return {
    ...only('threadTime', threadTime(known(trials, 'threadTime'))),
    ...only('submitNs', submitNs(trials)),
    ...only('reorderedShare', average(known(trials, 'reorderedShare'))),
    ...only('inFlightMean', average(known(trials, 'inFlightMean'))),
    ...only('oracle', oracle(trials)),
    ...only(
      'pageFaultsPerRequest',
      perRequest(trials, 'pageFaults', ({ minor, major }) => minor + major),
    ),
    ...only('threadCount', highest(known(trials, 'threads'))),
    ...only(
      'pacingCpuPerRequestNs',
      perRequest(trials, 'pacingCpuNs', (cpuNs) => cpuNs),
    ),
    ...only('machine', machine(known(trials, 'machine'))),
    ...only('timeline', timeline?.map(rounded)),
  };
}

/** More digits than a chart can show would be most of a page. */
function rounded(entry: TimelineEntry): TimelineEntry {
  return { ...entry, throughputPerSecond: Number(entry.throughputPerSecond.toPrecision(5)) };
}

/** The mean over trials: all windows of a cell are planned to be of one length. */
function threadTime(times: readonly ThreadTime[]): ThreadTime | undefined {
  if (times.length === 0) return undefined;
  const shares = STATES.flatMap((state) => {
    const share = average(times.flatMap((time) => time[state] ?? []));
    return share === undefined ? [] : [[state, share] as const];
  });
  return Object.fromEntries(shares) as ThreadTime;
}

function submitNs(trials: readonly MeasuredTrial[]): MeasuredCell['submitNs'] {
  const parts = trials.flatMap(({ submit, completed }) => (submit === undefined ? [] : [{ histogram: submit, count: completed }]));
  return parts.length === 0 ? undefined : percentilesOf(mergeTrials(parts));
}

/** Weighted by requests, so that a short trial does not count as much as a long one. */
function oracle(trials: readonly MeasuredTrial[]): MeasuredCell['oracle'] {
  const parts = known(trials, 'oracle');
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  const [first] = parts;
  if (first === undefined || requests === 0) return undefined;
  const mean = (key: 'predictedWaitNs' | 'measuredWaitNs') => parts.reduce((sum, part) => sum + part[key] * part.requests, 0) / requests;
  const [predictedWaitNs, measuredWaitNs] = [mean('predictedWaitNs'), mean('measuredWaitNs')];
  return { servers: first.servers, predictedWaitNs, measuredWaitNs, error: measuredWaitNs === 0 ? 0 : predictedWaitNs / measuredWaitNs - 1 };
}

/** Weighted by the CPU time that there was. */
function machine(usages: readonly MachineUsage[]): MachineUsage | undefined {
  const cpuTimeNs = usages.reduce((sum, usage) => sum + usage.cpuTimeNs, 0);
  if (cpuTimeNs === 0) return undefined;
  const mean = (key: 'busyShare' | 'stealShare' | 'otherShare') =>
    Math.min(1, usages.reduce((sum, usage) => sum + usage[key] * usage.cpuTimeNs, 0) / cpuTimeNs);
  const ranges = usages.flatMap(({ frequencyHz }) => frequencyHz ?? []);
  return {
    cpuTimeNs,
    busyShare: mean('busyShare'),
    stealShare: mean('stealShare'),
    otherShare: mean('otherShare'),
    ...(ranges.length === 0
      ? {}
      : { frequencyHz: { low: Math.min(...ranges.map(({ low }) => low)), high: Math.max(...ranges.map(({ high }) => high)) } }),
  };
}

/** Over the requests of those trials that tell it. */
function perRequest<Key extends keyof MeasuredTrial>(
  trials: readonly MeasuredTrial[],
  key: Key,
  amountOf: (figure: NonNullable<MeasuredTrial[Key]>) => number,
): number | undefined {
  const counted = trials.filter((trial) => trial[key] !== undefined);
  const requests = counted.reduce((sum, trial) => sum + trial.completed + trial.failed, 0);
  const amount = known(counted, key).reduce((sum, figure) => sum + amountOf(figure), 0);
  return requests === 0 ? undefined : amount / requests;
}

function known<Key extends keyof MeasuredTrial>(trials: readonly MeasuredTrial[], key: Key): NonNullable<MeasuredTrial[Key]>[] {
  return trials.flatMap((trial) => {
    const value = trial[key];
    return value === undefined || value === null ? [] : [value as NonNullable<MeasuredTrial[Key]>];
  });
}

function only<Key extends keyof Observations>(key: Key, value: Observations[Key]): Observations {
  return value === undefined ? {} : { [key]: value };
}

function average(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function highest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((most, value) => Math.max(most, value));
}
