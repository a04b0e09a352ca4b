import type { Load } from './load.ts';

/**
 * A closed load: so many clients, each of which sends, waits for its answer, thinks, and sends again. A client that is
 * ready waits in line until the model begins its request; that wait is part of its latency.
 */
export function closed({ concurrency, thinkNs, startNs }: { concurrency: number; thinkNs: number; startNs: number }): Load {
  // A ring: every client is in it at most once, and they become ready in the order in which they ended.
  const ready = new Float64Array(concurrency).fill(startNs);
  let first = 0;
  let waiting = concurrency;
  return {
    nextDueNs: () => (waiting === 0 ? Number.POSITIVE_INFINITY : (ready[first] as number)),
    take() {
      const dueNs = ready[first] as number;
      first = first + 1 === concurrency ? 0 : first + 1;
      waiting--;
      return dueNs;
    },
    ended(nowNs) {
      const last = first + waiting;
      ready[last < concurrency ? last : last - concurrency] = nowNs + thinkNs;
      waiting++;
    },
    *line(nowNs) {
      for (let place = 0; place < waiting; place++) {
        const dueNs = ready[(first + place) % concurrency] as number;
        if (dueNs <= nowNs) yield dueNs;
      }
    },
  };
}
