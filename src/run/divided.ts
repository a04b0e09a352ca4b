/** A cell whose model has many loops: each measures its share of the clients in a thread of its own, and what they saw is put together. */
import { BroadcastChannel } from 'node:worker_threads';
import type { Model } from '../models/model.ts';
import type { MeasuredTrial, TimelineEntry } from '../result.ts';
import { meanOf, mergeStored } from '../stats/merge.ts';
import type { CellMeasurement, CellResult, Observer, TrialPlan } from './cell.ts';

/** What a loop's thread is told. */
export interface LoopTask {
  readonly plan: TrialPlan;
  readonly channel: string;
}

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
  const tasks = Array.from({ length: loops }, (_, loop): LoopTask => ({ channel, plan: loopPlan(plan, loop, loops) }));
  const results = await Promise.all(tasks.map((task) => pool.run(task, { name: 'measure' }) as Promise<CellResult>));
  stopListening();
  const result = merged(results);
  result.notes.push(`${loops} ${loops === 1 ? 'loop' : 'loops'}, ${model.name}: the clients are divided among them`);
  return { result, leave: () => pool.destroy() };
}

/** A loop's share: of the clients, or of the schedule, which is dealt to the loops like cards. */
function loopPlan(plan: TrialPlan, loop: number, loops: number): TrialPlan {
  const { load } = plan.cell;
  const requests = plan.requests === undefined ? {} : { requests: Math.ceil(plan.requests / loops) };
  if (load.kind === 'open') return { ...plan, ...requests, hand: { number: loop, of: loops } };
  const concurrency = shares(load.concurrency, loops)[loop] as number;
  return { ...plan, ...requests, seed: plan.seed + loop, cell: { ...plan.cell, load: { ...load, concurrency } } };
}

/** The window opens with the first loop's, and closes with the last one's. */
function turnsOf(channel: string, loops: number, observer: Observer): () => void {
  const heard = { open: 0, closed: 0 };
  const turns = new BroadcastChannel(channel);
  turns.onmessage = (event) => {
    const phase = (event as { data: 'open' | 'closed' }).data;
    heard[phase]++;
    if (heard[phase] === (phase === 'open' ? 1 : loops)) observer.turned(phase);
  };
  return () => turns.close();
}

/** The loops' windows are the same but for a request's length; what the whole process used, each of them saw. */
function merged(results: readonly CellResult[]): CellResult {
  const [first] = results;
  if (!first) throw new Error('no loop has measured');
  const sum = (count: (result: CellResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const mean = (value: (result: CellResult) => number) => meanOf(results.map(value));
  const errors: MeasuredTrial['errors'] = {};
  for (const result of results) for (const [code, count] of Object.entries(result.errors)) errors[code] = (errors[code] ?? 0) + count;
  return {
    startedAt: first.startedAt,
    windowNs: mean(({ windowNs }) => windowNs),
    warmupNs: mean(({ warmupNs }) => warmupNs),
    completed: sum(({ completed }) => completed),
    failed: sum(({ failed }) => failed),
    errors,
    shed: sum(({ shed }) => shed),
    unfinished: sum(({ unfinished }) => unfinished),
    latency: mergeStored(results.map(({ latency, completed }) => ({ ...latency, count: completed }))),
    service: mergeStored(results.map(({ service, completed }) => ({ ...service, count: completed }))),
    lag: mergeStored(results.map(({ lag, completed }) => ({ ...lag, count: completed }))),
    cpu: { userNs: mean(({ cpu }) => cpu.userNs), systemNs: mean(({ cpu }) => cpu.systemNs) },
    contextSwitches: {
      voluntary: Math.round(mean(({ contextSwitches }) => contextSwitches.voluntary)),
      involuntary: Math.round(mean(({ contextSwitches }) => contextSwitches.involuntary)),
    },
    maxRssBytes: Math.max(...results.map(({ maxRssBytes }) => maxRssBytes)),
    inFlightMean: sum(({ inFlightMean = 0 }) => inFlightMean),
    inFlightMeanByTimes: sum(({ inFlightMeanByTimes = 0 }) => inFlightMeanByTimes),
    reorderedShare: mean(({ reorderedShare = 0 }) => reorderedShare),
    ...(results.every(({ timeline }) => timeline) ? { timeline: summedTimeline(results.map(({ timeline }) => timeline ?? [])) } : {}),
    ...(first.threadTime ? { threadTime: first.threadTime } : {}),
    ...(first.submit ? { submit: first.submit } : {}),
    ...(first.threads ? { threads: first.threads } : {}),
    ...(first.pageFaults ? { pageFaults: first.pageFaults } : {}),
    notes: [...new Set(results.flatMap(({ notes }) => notes))],
  };
}

/** Counts add up, percentiles do not: those of a slot are not known. Slots that not every loop has finished are left out. */
export function summedTimeline(timelines: readonly (readonly TimelineEntry[])[]): TimelineEntry[] {
  const [first = [], ...others] = timelines;
  const slots = first.slice(0, Math.min(...timelines.map(({ length }) => length)));
  return slots.map((slot, index) => {
    const sum = (key: 'throughputPerSecond' | 'inFlight') => others.reduce((total, entries) => total + (entries[index]?.[key] ?? 0), slot[key]);
    return { atNs: slot.atNs, throughputPerSecond: sum('throughputPerSecond'), p50Ns: null, p99Ns: null, inFlight: sum('inFlight') };
  });
}
