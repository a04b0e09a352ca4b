/** What the run did to peers while it measured, and what failed after it, in words. */
import { counted } from '../../quantity.ts';
import type { MeasuredCell } from '../../result.ts';
import { formatDuration, formatShare } from './format.ts';

type Disturbance = NonNullable<MeasuredCell['disturbances']>[number];

const DONE: Readonly<Record<Disturbance['act'], string>> = {
  kill: 'killed',
  start: 'started again',
  freeze: 'frozen',
  thaw: 'thawed',
  slow: 'slowed',
};

/** For a mark in a chart: `backend 1 killed`. */
export const disturbanceLabel = (disturbance: Disturbance): string =>
  `${disturbance.whom} ${doneTo(disturbance)}`;

/** One sentence about the first trial of a cell; `undefined` if it was not disturbed. */
export function disturbanceSentence({
  disturbances = [],
}: Pick<MeasuredCell, 'disturbances'>): string | undefined {
  if (disturbances.length === 0) return undefined;
  return `Disturbed on purpose, in the first trial: ${disturbances.map(clause).join('; ')}.`;
}

function clause(disturbance: Disturbance): string {
  const { whom, atShare, atNs, failed, calmAfterNs = 0 } = disturbance;
  const [done, at] = [doneTo(disturbance), `at ${formatShare(atShare)}`];
  if (atNs === undefined) return `${whom} was not ${done} ${at}, because the window had closed before`;
  const listened = disturbance.act === 'start' ? `, and listened at ${formatDuration(atNs)}` : '';
  const took = listened === '' ? ` (${formatDuration(atNs)})` : '';
  const after = `${counted(failed, 'request')} failed, none after ${formatDuration(calmAfterNs)}`;
  return `${whom} was ${done} ${at}${took}${listened}: ${failed === 0 ? 'no request failed' : after}`;
}

const doneTo = ({ act, serviceNs }: Disturbance): string =>
  `${DONE[act]}${serviceNs === undefined ? '' : ` to ${formatDuration(serviceNs)}`}`;
