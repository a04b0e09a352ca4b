/**
 * Requests in virtual time: a clock that a fake model moves, and servers that take as long as they are told.
 */
import { ClosedLoad } from '../../../src/load/closed.ts';
import type { Requests, Task } from '../../../src/models/model.ts';
import { InFlight } from '../../../src/run/trial/in-flight.ts';
import { WindowedRequests } from '../../../src/run/trial/requests.ts';
import type { WindowLimits } from '../../../src/run/trial/stages.ts';
import type { Client } from '../../../src/workloads/client.ts';
import { observed } from './observed.ts';

export interface VirtualRun extends Partial<Omit<WindowLimits, 'startNs'>> {
  readonly concurrency: number;
  readonly thinkNs?: number;
}

export function virtual({ concurrency, thinkNs = 0, ...limits }: VirtualRun) {
  const time = { nowNs: 1e12 };
  const startNs = time.nowNs;
  const phases: [phase: string, atNs: number][] = [];
  const inFlight = new InFlight();
  const load = new ClosedLoad({ concurrency, thinkNs, startNs });
  const { stages, window, counts, histograms } = observed(
    { startNs, warmupNs: 0, warmupRequests: concurrency, durationNs: 1e9, ...limits },
    (phase) => phases.push([phase, time.nowNs - startNs]),
    { load, inFlight },
  );
  const discarded: number[] = [];
  const requests = new WindowedRequests({
    load,
    clock: () => time.nowNs,
    stages,
    window,
    timesWaits: false,
    inFlight,
    newClient: () => {
      const number = requests.clients.length;
      return {
        request: () => number,
        discard: () => void discarded.push(number),
        disconnect: () => undefined,
        isConnected: true,
      } as unknown as Client;
    },
  });
  /** Throughput x mean latency / clients: 1 by Little's law. */
  const littleRatio = () =>
    ((counts.completed / (stages.closedNs - stages.openedNs)) * histograms.latency.meanNs) / concurrency;
  return { time, stages, counts, histograms, requests, inFlight, phases, discarded, littleRatio, startNs };
}

interface InService {
  readonly task: Task;
  readonly endNs: number;
}

/**
 * A fake model: so many servers, first come first served; `serviceNs` says how long each request takes,
 * `outcome` how it ends.
 */
export function serve(
  requests: Requests,
  time: { nowNs: number },
  servers: number,
  serviceNs: () => number,
  outcome: () => unknown = () => undefined,
): void {
  const inService: InService[] = [];
  const line: Task[] = [];
  const begin = (task: Task) => {
    task.begin();
    task.request();
    inService.push({ task, endNs: time.nowNs + serviceNs() });
  };
  while (!requests.over) {
    for (const task of requests.due()) {
      if (inService.length < servers) begin(task);
      else line.push(task);
    }
    const next = inService.reduce<InService | undefined>(
      (first, each) => (!first || each.endNs < first.endNs ? each : first),
      undefined,
    );
    const dueNs = time.nowNs + requests.waitNs();
    if (next && next.endNs <= dueNs) {
      time.nowNs = next.endNs;
      inService.splice(inService.indexOf(next), 1);
      next.task.end(outcome());
      const waiting = line.shift();
      if (waiting) begin(waiting);
    } else time.nowNs = dueNs;
  }
}

/** One thread, as `sync-blocking` has it: every request that is due is served to its end before the next. */
export function serveInPlace(
  requests: Requests,
  time: { nowNs: number },
  serviceNs: () => number,
  outcome: () => unknown = () => undefined,
): void {
  while (!requests.over) {
    for (const task of requests.due()) {
      task.begin();
      task.request();
      time.nowNs += serviceNs();
      task.end(outcome());
    }
    time.nowNs += requests.waitNs();
  }
}
