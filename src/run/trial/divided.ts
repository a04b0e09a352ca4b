/** A cell whose model has many loops: each measures its share of the clients in its own thread. */
import { BroadcastChannel } from 'node:worker_threads';
import type { Model } from '../../models/model.ts';
import type { LoopResult } from '../loop-result.ts';
import type { Measurement, Observer, TrialPlan } from './cell.ts';
import type { Meeting } from './meeting.ts';

/** The task of a loop's thread. */
export interface LoopTask {
  readonly plan: TrialPlan;
  readonly channel: string;
  /** Loads begin when every loop is warm. */
  readonly meeting: Meeting;
}

/** How a load is divided: every loop has its share, and the first ones the remainder. */
export function shares(concurrency: number, loops: number): number[] {
  return Array.from(
    { length: loops },
    (_, loop) => Math.floor(concurrency / loops) + (loop < concurrency % loops ? 1 : 0),
  );
}

export async function measureDivided(
  plan: TrialPlan,
  model: Model,
  loops: number,
  observer: Observer,
): Promise<Measurement> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: new URL('./thread.loop.js', import.meta.url).href,
    minThreads: loops,
    maxThreads: loops,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  const arrivals = new Int32Array(new SharedArrayBuffer(4));
  await Promise.all(
    Array.from({ length: loops }, () => pool.run({ arrivals, threads: loops }, { name: 'arrive' })),
  );
  const channel = `iobench-${process.pid}`;
  const stopListening = turnsOf(channel, loops, observer);
  const meeting: Meeting = { arrivals: new Int32Array(new SharedArrayBuffer(4)), threads: loops };
  const tasks = Array.from(
    { length: loops },
    (_, loop): LoopTask => ({ channel, meeting, plan: loopPlan(plan, loop, loops) }),
  );
  const measured = await Promise.all(
    tasks.map((task) => pool.run(task, { name: 'measure' }) as Promise<LoopResult>),
  );
  stopListening();
  measured[0]?.result.notes.push({ code: 'clients-divided', values: { loops, model: model.name } });
  return { loops: measured, leave: () => pool.destroy() };
}

/** A loop's share of the clients, and of the schedule, whose arrivals go to the loops in turn. */
export function loopPlan(plan: TrialPlan, loop: number, loops: number): TrialPlan {
  const { load } = plan.cell;
  const share = (clients: number) => shares(clients, loops)[loop] as number;
  const divided = {
    ...plan,
    ...(plan.requests === undefined ? {} : { requests: Math.ceil(plan.requests / loops) }),
    loop: { number: loop, of: loops },
  };
  if (load.kind === 'closed') {
    const part = { ...load, concurrency: share(load.concurrency) };
    return { ...divided, seed: plan.seed + loop, cell: { ...plan.cell, load: part } };
  }
  // The schedule is made anew by each, so that its seed is that of the whole.
  const pool = load.clients === undefined ? load : { ...load, clients: share(load.clients) };
  return { ...divided, cell: { ...plan.cell, load: pool } };
}

/** The phases that a loop reports. */
export type Reached = 'connecting' | 'warming up' | 'open' | 'closed';

/** A phase begins with the first loop's, and the window closes with the last one's. */
function turnsOf(channel: string, loops: number, observer: Observer): () => void {
  const reports: Record<Reached, number> = { connecting: 0, 'warming up': 0, open: 0, closed: 0 };
  const turns = new BroadcastChannel(channel);
  turns.onmessage = (event) => {
    const phase = (event as { data: Reached }).data;
    reports[phase]++;
    if (reports[phase] !== (phase === 'closed' ? loops : 1)) return;
    if (phase === 'open' || phase === 'closed') observer.turned(phase);
    else observer.reached?.(phase);
  };
  return () => turns.close();
}
