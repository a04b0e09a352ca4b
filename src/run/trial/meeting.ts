export interface Meeting {
  /** Shared: how many have arrived. */
  readonly arrivals: Int32Array;
  readonly threads: number;
}

/** Waits until every thread has arrived, so that each has one of the tasks; returns the order of arrival. */
export function meet({ arrivals, threads }: Meeting): number {
  const turn = Atomics.add(arrivals, 0, 1);
  if (turn + 1 === threads) Atomics.notify(arrivals, 0);
  for (let here = turn + 1; here < threads; here = Atomics.load(arrivals, 0)) Atomics.wait(arrivals, 0, here);
  return turn;
}
