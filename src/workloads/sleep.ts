import * as z from 'zod/mini';
import { sleep } from '../operations.ts';
import { choice, duration, share } from './parameters.ts';
import { defineWorkload, type Random } from './workload.ts';

interface Durations {
  distribution: 'fixed' | 'exponential' | 'two-valued';
  duration: number;
  longDuration: number;
  longShare: number;
}

/**
 * One duration in nanoseconds. `duration` is the fixed value, the exponential law's mean, or the shorter of
 * two values.
 */
export function drawDuration(
  { distribution, duration, longDuration, longShare }: Durations,
  random: Random,
): number {
  if (distribution === 'exponential') return -Math.log(1 - random()) * duration;
  if (distribution === 'two-valued') return random() < longShare ? longDuration : duration;
  return duration;
}

export default defineWorkload({
  name: 'sleep',
  summary: 'Wait for a time without using the CPU, as for a slow backend',
  params: z.object({
    duration: duration('10ms'),
    distribution: choice('fixed', 'exponential', 'two-valued'),
    longDuration: duration('100ms'),
    longShare: share(0.1),
  }),
  unused: ({ distribution }) => (distribution === 'two-valued' ? [] : ['longDuration', 'longShare']),
  undelayed: (durations) => ({ ...durations, duration: 1, longDuration: 1 }),
  *request(durations, random) {
    yield* sleep(drawDuration(durations, random));
  },
});
