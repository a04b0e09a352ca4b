/** Serves requests for half a second, with all that is recorded of them or with their latency alone; prints nanoseconds a request. */
import process from 'node:process';
import { nowNs } from '../../dist/load/clock.js';
import { closed } from '../../dist/load/closed.js';
import { randomFrom } from '../../dist/load/random.js';
import type { Setting } from '../../dist/models/model.js';
import { syncBlocking } from '../../dist/models/sync-blocking.js';
import { createInstruments } from '../../dist/run/instruments.js';
import { WindowedRequests } from '../../dist/run/requests.js';
import type { EndedRequest, Window } from '../../dist/run/window.js';
import { Histogram } from '../../dist/stats/histogram.js';
import { Client } from '../../dist/workloads/client.js';
import { workloads } from '../../dist/workloads/index.js';

const WARMUP_NS = 300e6;
const DURATION_NS = 500e6;

const [, , side, name, prepared = 'null'] = process.argv;
const workload = workloads.find((each) => each.name === name);
if (!workload || (side !== 'whole' && side !== 'bare')) throw new Error('validate/served.ts whole|bare WORKLOAD FIXTURE');
const fixture: unknown = JSON.parse(prepared);
const { run } = await syncBlocking.start({ form: workload.form, fixture } as Setting);
const startNs = nowNs();
const load = closed({ concurrency: 1, thinkNs: 0, startNs });
const random = randomFrom(1);
const window = side === 'whole' ? whole() : bare();
const requests = new WindowedRequests({ load, clock: nowNs, window, newClient: () => new Client(workload, fixture, random), drainNs: 0 });
await run(requests);
process.stdout.write(String((window.closedNs - window.openedNs) / window.completed));

function whole(): Window {
  return createInstruments({
    limits: { startNs, warmupNs: WARMUP_NS, warmupRequests: 1, durationNs: DURATION_NS, requests: Number.POSITIVE_INFINITY },
    load,
    servers: 1,
    inFlight: () => requests.inFlight,
    timesWaits: true,
    neverBlocks: false,
    turned() {},
  }).window;
}

/** The least that would still be a benchmark: one histogram. */
function bare(): Window {
  const latency = new Histogram();
  const window = {
    flow: { take() {} },
    isClosed: false,
    openedNs: startNs + WARMUP_NS,
    closedNs: Number.NaN,
    completed: 0,
    timesWaits: false,
    submitted() {},
    waited() {},
    record({ intendedNs, endedNs }: EndedRequest) {
      if (endedNs < window.openedNs) return;
      latency.record(endedNs - intendedNs);
      window.completed++;
      if (endedNs < window.openedNs + DURATION_NS) return;
      window.isClosed = true;
      window.closedNs = endedNs;
    },
  };
  return window as unknown as Window;
}
