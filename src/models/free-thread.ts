/** Which thread of a piscina pool takes a task: one that is free. */
import type { Piscina } from 'piscina';

type Balance = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;
type Thread = Parameters<Balance>[1][number];

/**
 * For `loadBalancer`. Piscina shows it each thread by an object with accessors, which it makes anew, of all
 * threads, for every task: V8 keeps the description of such an object until the next major collection, so
 * memory grew with the number of tasks, and a task's cost with that of threads. The first of these objects
 * reads the same as those that follow, and is kept.
 */
export function freeThread(): Balance {
  const kept = new WeakSet<Thread>();
  return (_task, threads) => {
    for (const thread of threads) if (!kept.has(thread)) keep(thread, kept);
    return threads.find(({ currentUsage }) => currentUsage === 0) ?? null;
  };
}

/** If a later piscina is built differently, no object is kept, and scheduling still works. */
function keep(thread: Thread, kept: WeakSet<Thread>): void {
  kept.add(thread);
  const [data] = Object.getOwnPropertySymbols(thread);
  const owner: unknown = data && (thread as unknown as Record<symbol, unknown>)[data];
  if (typeof owner === 'object' && owner !== null && 'interface' in owner)
    Object.defineProperty(owner, 'interface', { value: thread });
}
