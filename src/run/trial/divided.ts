/** A cell whose model has many loops: each measures its share of the clients in a thread of its own, and what they saw is put together. */
import { BroadcastChannel } from 'node:worker_threads';
import type { Model } from '../../models/model.ts';
import { plural } from '../../quantity.ts';
import type { ThreadTime, TimelineEntry } from '../../result.ts';
import { type Counts, Histogram, mergeCounts } from '../../stats/histogram.ts';
import { meanOf } from '../../stats/moments.ts';
import { sumOfTallies } from '../../workloads/tally.ts';
import type { CellResult } from '../cell-result.ts';
import type { CellMeasurement, Observer, TrialPlan } from './cell.ts';
import type { Conservation } from './conservation.ts';
import type { Meeting } from './meeting.ts';
import { timelineEntry } from './recorder.ts';

/** What a loop's thread is told. */
export interface LoopTask {
  readonly plan: TrialPlan;
  readonly channel: string;
  /** Loads begin when every loop is warm. */
  readonly meeting: Meeting;
}

/** What a loop's thread answers. */
export type LoopResult = Pick<CellMeasurement, 'result' | 'slots'>;

/** How a load is divided: every loop has its share, and the first ones what is left over. */
export function shares(concurrency: number, loops: number): number[] {
  return Array.from({ length: loops }, (_, loop) => Math.floor(concurrency / loops) + (loop < concurrency % loops ? 1 : 0));
}

export async function measureDivided(plan: TrialPlan, model: Model, loops: number, observer: Observer): Promise<CellMeasurement> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: new URL('./thread.loop.js', import.meta.url).href,
    minThreads: loops,
    maxThreads: loops,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  const arrivals = new Int32Array(new SharedArrayBuffer(4));
  await Promise.all(Array.from({ length: loops }, () => pool.run({ arrivals, threads: loops }, { name: 'arrive' })));
  const channel = `iobench-${process.pid}`;
  const stopListening = turnsOf(channel, loops, observer);
  const meeting: Meeting = { arrivals: new Int32Array(new SharedArrayBuffer(4)), threads: loops };
  const tasks = Array.from({ length: loops }, (_, loop): LoopTask => ({ channel, meeting, plan: loopPlan(plan, loop, loops) }));
  const measured = await Promise.all(tasks.map((task) => pool.run(task, { name: 'measure' }) as Promise<LoopResult>));
  stopListening();
  const result = merged(measured);
  result.notes.push(`${loops} ${plural(loops, 'loop')}, ${model.name}: the clients are divided among them`);
  return { result, slots: [], leave: () => pool.destroy() };
}

/** A loop's share: of the clients, or of the schedule, which is dealt to the loops like cards. */
function loopPlan(plan: TrialPlan, loop: number, loops: number): TrialPlan {
  const { load } = plan.cell;
  const requests = plan.requests === undefined ? {} : { requests: Math.ceil(plan.requests / loops) };
  if (load.kind === 'open') return { ...plan, ...requests, isShare: true, hand: { number: loop, of: loops } };
  const concurrency = shares(load.concurrency, loops)[loop] as number;
  return { ...plan, ...requests, isShare: true, seed: plan.seed + loop, cell: { ...plan.cell, load: { ...load, concurrency } } };
}

/** What a loop reports. */
export type Reached = 'connecting' | 'warming up' | 'open' | 'closed';

/** A phase begins with the first loop's, and the window closes with the last one's. */
function turnsOf(channel: string, loops: number, observer: Observer): () => void {
  const heard: Record<Reached, number> = { connecting: 0, 'warming up': 0, open: 0, closed: 0 };
  const turns = new BroadcastChannel(channel);
  turns.onmessage = (event) => {
    const phase = (event as { data: Reached }).data;
    heard[phase]++;
    if (heard[phase] !== (phase === 'closed' ? loops : 1)) return;
    if (phase === 'open' || phase === 'closed') observer.turned(phase);
    else observer.reached?.(phase);
  };
  return () => turns.close();
}

/** The loops' windows are the same but for a request's length; what the whole process used, each of them saw. */
export function merged(loops: readonly LoopResult[]): CellResult {
  const results = loops.map(({ result }) => result);
  const [first] = results;
  if (!first) throw new Error('no loop has measured');
  const sum = (count: (result: CellResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const mean = (value: (result: CellResult) => number) => meanOf(results.map(value));
  const firstFailure = results.find((result) => result.firstFailure !== undefined)?.firstFailure;
  const errors = new Map<string, number>();
  for (const result of results) for (const [code, count] of Object.entries(result.errors)) errors.set(code, (errors.get(code) ?? 0) + count);
  return {
    startedAt: first.startedAt,
    windowNs: mean(({ windowNs }) => windowNs),
    warmupNs: mean(({ warmupNs }) => warmupNs),
    ...(results.some(({ burstNs }) => burstNs !== undefined) ? { burstNs: Math.max(...results.map(({ burstNs = 0 }) => burstNs)) } : {}),
    completed: sum(({ completed }) => completed),
    failed: sum(({ failed }) => failed),
    errors: Object.fromEntries(errors),
    ...(firstFailure === undefined ? {} : { firstFailure }),
    shed: sum(({ shed }) => shed),
    ...sumOfTallies(results.map(({ reconnects = 0, statuses = {} }) => ({ reconnects, statuses }))),
    unfinished: sum(({ unfinished }) => unfinished),
    latency: mergeCounts(results.map(({ latency }) => latency)),
    service: mergeCounts(results.map(({ service }) => service)),
    lag: mergeCounts(results.map(({ lag }) => lag)),
    submit: merging(results.flatMap(({ submit }) => submit ?? [])),
    unfinishedAge: merging(results.flatMap(({ unfinishedAge }) => unfinishedAge ?? [])),
    ...(first.conservation ? { conservation: conservationOf(results) } : {}),
    cpu: { userNs: mean(({ cpu }) => cpu.userNs), systemNs: mean(({ cpu }) => cpu.systemNs) },
    ...(results.some(({ isCold }) => isCold) ? { isCold: true } : {}),
    contextSwitches: {
      voluntary: Math.round(mean(({ contextSwitches }) => contextSwitches.voluntary)),
      involuntary: Math.round(mean(({ contextSwitches }) => contextSwitches.involuntary)),
    },
    maxRssBytes: Math.max(...results.map(({ maxRssBytes }) => maxRssBytes)),
    inFlightMean: sum(({ inFlightMean = 0 }) => inFlightMean),
    inFlightMeanByTimes: sum(({ inFlightMeanByTimes = 0 }) => inFlightMeanByTimes),
    reorderedShare: mean(({ reorderedShare = 0 }) => reorderedShare),
    timeline: mergedTimeline(loops.map(({ result, slots }) => ({ slots, timeline: result.timeline ?? [] }))),
    ...threadTimeOf(results),
    // Of the whole process: every loop has counted all of them.
    ...(first.threads ? { threads: Math.max(...results.map(({ threads = 0 }) => threads)) } : {}),
    ...(first.pageFaults ? { pageFaults: pageFaultsOf(results) } : {}),
    notes: [...new Set(results.flatMap(({ notes }) => notes))],
  };
}

/** An optional histogram, from those loops that have one. */
const merging = (parts: readonly Counts[]): Counts | undefined => (parts.length === 0 ? undefined : mergeCounts(parts));

/** Each loop's account holds by itself, and so does their sum. */
function conservationOf(results: readonly CellResult[]): Conservation {
  const accounts = results.flatMap(({ conservation }) => conservation ?? []);
  const sum = (key: keyof Conservation) => accounts.reduce((total, account) => total + account[key], 0);
  return {
    atOpening: sum('atOpening'),
    due: sum('due'),
    completed: sum('completed'),
    failed: sum('failed'),
    shed: sum('shed'),
    atClose: sum('atClose'),
    drained: sum('drained'),
    failedDraining: sum('failedDraining'),
    unfinished: sum('unfinished'),
  };
}

/** The mean over all loops: each has a thread of its own, and their windows are of one length. */
function threadTimeOf(results: readonly CellResult[]): Pick<CellResult, 'threadTime'> {
  const times = results.flatMap(({ threadTime }) => threadTime ?? []);
  const [first] = times;
  if (first === undefined) return {};
  const mean = (state: keyof ThreadTime) => meanOf(times.map((time) => time[state] ?? 0));
  const { runnable } = first;
  return {
    threadTime: {
      user: mean('user'),
      system: mean('system'),
      ...(runnable === undefined ? {} : { runnable: mean('runnable') }),
      blocked: mean('blocked'),
      waiting: mean('waiting'),
      idle: mean('idle'),
    },
  };
}

function pageFaultsOf(results: readonly CellResult[]): NonNullable<CellResult['pageFaults']> {
  const mean = (kind: 'minor' | 'major') => Math.round(meanOf(results.map(({ pageFaults }) => pageFaults?.[kind] ?? 0)));
  return { minor: mean('minor'), major: mean('major') };
}

/** The slots that every loop has finished: what they counted together, and the requests that were in the system of any of them. */
export function mergedTimeline(
  parts: readonly { readonly slots: readonly Counts[]; readonly timeline: readonly TimelineEntry[] }[],
): TimelineEntry[] {
  const [first] = parts;
  const finished = Math.min(...parts.map(({ slots }) => slots.length));
  return (first?.slots ?? []).slice(0, finished).map((_, index) => {
    const together = new Histogram();
    for (const { slots } of parts) together.addCounts(slots[index] as Counts);
    const inFlight = parts.reduce((sum, { timeline }) => sum + (timeline[index]?.inFlight ?? 0), 0);
    return timelineEntry(index, together, inFlight);
  });
}
