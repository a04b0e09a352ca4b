/** What the kills share: runs to be disturbed, moments, and what is done to a process then. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt } from './attempt.ts';
import { pick, pickSome, type Random, wholeBetween } from './chance.ts';
import type { Place, Running } from './place.ts';
import { markedProcesses, signal } from './processes.ts';

export const MODELS = [
  'sync-blocking',
  'sync-nonblocking',
  'thread-per-request',
  'async-callback',
  'async-promise',
  'signal-driven',
  'io-uring',
  'event-loop',
  'poll',
  'epoll',
  'multi-reactor',
] as const;

/** A process is stopped for so long, and then goes on; or it does not go on. */
export type Blow =
  | { readonly signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM' }
  | { readonly signal: 'SIGSTOP'; readonly forMs: number };

export function blowOf(random: Random, name: 'KILL' | 'INT' | 'TERM' | 'STOP' | 'STOP for ever'): Blow {
  if (name === 'STOP') return { signal: 'SIGSTOP', forMs: wholeBetween(random, 300, 1500) };
  return name === 'STOP for ever'
    ? { signal: 'SIGSTOP', forMs: Number.POSITIVE_INFINITY }
    : { signal: `SIG${name}` };
}

export const spelledBlow = (blow: Blow): string =>
  blow.signal === 'SIGSTOP'
    ? `STOP${Number.isFinite(blow.forMs) ? `, CONT after ${blow.forMs} ms` : ', never CONT'}`
    : blow.signal.slice(3);

/** Strikes a process. @returns whether it was there. */
export async function strike(pid: number, blow: Blow): Promise<boolean> {
  const isThere = signal(pid, blow.signal);
  if (isThere && blow.signal === 'SIGSTOP' && Number.isFinite(blow.forMs)) {
    await pause(blow.forMs);
    signal(pid, 'SIGCONT');
  }
  return isThere;
}

/** Requests that do not use the peer that their workload has started. */
const BESIDE_PEER = `
  import { defineWorkload, sleep } from 'iobench';
  export default defineWorkload({
    name: 'beside-peer',
    summary: 'Sleeps, while a peer has nothing to do',
    prepare: ({ startPeer }) => startPeer('echo'),
    *request() { yield* sleep(1e6); },
  });`;

/** A thread for each request that an open load may have in flight takes seconds to start. */
const SHORT = ['-t', '1', '--warmup', '10ms', '--threads', '4', '--data', 'data', '--json'];

export interface Disturbed {
  readonly words: readonly string[];
  readonly cells: number;
}

/** Two workloads under two models, a trial of each pair: short, and other pairs each time. */
export function disturbedRun(
  place: Place,
  random: Random,
  { withPeer = false, charts = false, timeLimit = '50s' } = {},
): Disturbed {
  writeFileSync(path.join(place.folder, 'beside-peer.ts'), BESIDE_PEER);
  const models = pickSome(random, MODELS, 2);
  const workloads = withPeer
    ? ['beside-peer', pick(random, ['tcp-echo', 'http-get'])]
    : pickSome(random, ['noop', 'sleep', 'tcp-echo'], 2);
  // Under an open load a process that stands still is behind its schedule.
  const load =
    random() < 0.5 ? ['-c', '2', '-d', '100ms'] : ['-r', '200', '--arrivals', 'constant', '-d', '400ms'];
  const params = workloads.includes('sleep') ? ['-p', 'sleep.duration=1ms'] : [];
  const words = [
    'run',
    ...workloads,
    ...(withPeer ? ['-w', 'beside-peer.ts'] : []),
    '-m',
    ...models,
    ...load,
    ...params,
  ];
  return {
    words: [...words, ...SHORT, '--time-limit', timeLimit, ...(charts ? [] : ['--no-charts'])],
    cells: workloads.length * models.length,
  };
}

/** How long such a run takes if nobody disturbs it. */
export async function undisturbedMs(
  place: Place,
  random: Random,
  options: { withPeer?: boolean; charts?: boolean },
): Promise<number> {
  const startedMs = performance.now();
  const ended = await place.start(disturbedRun(place, random, options).words).ended(120_000);
  if (ended?.code !== 0)
    throw new Error(`a run that nobody disturbs ends with ${ended?.code}: ${ended?.stderr}`);
  return performance.now() - startedMs;
}

/**
 * Strikes one of the run's processes at that moment, or as soon as there is one. @returns whether there was.
 */
export async function strikeOneOf(
  attempt: Attempt,
  running: Running,
  isVictim: RegExp,
  momentMs: number,
  blow: Blow,
): Promise<boolean> {
  await running.for(momentMs);
  const victim = await running.until(
    () => markedProcesses(attempt.place.mark).find(({ command }) => isVictim.test(command)),
    attempt.limitMs,
  );
  return victim !== undefined && (await strike(victim.pid, blow));
}
