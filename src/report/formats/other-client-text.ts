/** What another program measured of the same server, in one line. */
import { counted } from '../../quantity.ts';
import type { MeasuredCell } from '../../result.ts';
import { formatDuration, formatRate } from './format.ts';

/** `wrk 4.1.0, for 1 s: 41.2 k/s, 0.97 of ours`; `undefined` if none has. */
export function otherClientLine({ otherClient }: Pick<MeasuredCell, 'otherClient'>): string | undefined {
  if (otherClient === undefined) return undefined;
  const { program, version, seconds, throughputPerSecond, ofOurs, p50Ns, p99Ns, errors } = otherClient;
  const percentiles = Object.entries({ p50: p50Ns, p99: p99Ns }).flatMap(([name, ns]) =>
    ns === undefined ? [] : [`${name} ${formatDuration(ns)}`],
  );
  return [
    `${program} ${version}, for ${seconds} s after each window: ${formatRate(throughputPerSecond)}`,
    ...(ofOurs === undefined ? [] : [`${ofOurs.toFixed(2)} of ours`]),
    ...percentiles,
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
  ].join(', ');
}
