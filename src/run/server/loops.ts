/**
 * A server whose model has many loops: each listens on the same port (SO_REUSEPORT) and serves in its own
 * thread.
 */
import { blocking } from '../../engines/blocking.ts';
import { close, type Listener, listen } from '../../operations.ts';
import type { Serving } from './serve-sessions.ts';
import { HOST, type ServerPlan } from './server-plan.ts';
import type { SharedCounts } from './session-counts.ts';

/** The task of a loop's thread. */
export interface LoopServing {
  readonly plan: ServerPlan;
  readonly port: number;
  /** Each loop would wait at the same time as others: how long is not counted. */
  readonly shared: SharedCounts['shared'];
}

/** Returns when the server was ended, and every session of every loop is over. */
export async function serveInLoops({
  plan,
  loops,
  counts,
  reports,
}: Pick<Serving, 'plan' | 'counts' | 'reports'> & { readonly loops: number }): Promise<void> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: new URL('./thread.server-loop.js', import.meta.url).href,
    minThreads: loops,
    maxThreads: loops,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  // Holds the port until the loops listen on it, so that nobody else can take it. Nobody knows it yet.
  const held = listen(HOST, 0, { reusePort: true }).performBy(blocking, {}) as Listener;
  const { port } = held;
  const task: LoopServing = { plan, port, shared: counts.shared };
  const serving = Array.from({ length: loops }, () => pool.run(task, { name: 'serve' }));
  const ended = Promise.all(serving);
  // A loop that cannot listen is the server's failure at once.
  await Promise.race([ended, allListen(counts, loops)]);
  close(held).performBy(blocking, {});
  reports.listening(port);
  await ended;
  await pool.destroy();
}

const LOOK_MS = 2;

/** Until then, the kernel would give some loops the connections of others. */
async function allListen(counts: Serving['counts'], loops: number): Promise<void> {
  while (counts.listeners().length < loops) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
