/**
 * Serves requests with all that is recorded of them and with their latency alone, in turns of some
 * milliseconds. Prints what a request takes with the latency alone, and what the rest adds to that, in
 * nanoseconds. In turns, because the same loop in two processes differs by more than what is looked for; both
 * sides then run the same compiled code.
 */
import process from 'node:process';
import { constantArrivals } from '../../dist/load/arrivals.js';
import { nowNs } from '../../dist/load/clock.js';
import { ClosedLoad } from '../../dist/load/closed.js';
import { OpenLoad } from '../../dist/load/open.js';
import { randomFrom } from '../../dist/load/random.js';
import type { Requests, Setting } from '../../dist/models/model.js';
import { syncBlocking } from '../../dist/models/sync-blocking.js';
import { InFlight } from '../../dist/run/trial/in-flight.js';
import { createInstruments } from '../../dist/run/trial/instruments.js';
import { WindowedRequests } from '../../dist/run/trial/requests.js';
import { Stages } from '../../dist/run/trial/stages.js';
import type { TrialLoad } from '../../dist/run/trial/trial-load.js';
import type { RequestsWindow } from '../../dist/run/trial/window.js';
import { Histogram } from '../../dist/stats/histogram.js';
import { Client } from '../../dist/workloads/client.js';
import { workloads } from '../../dist/workloads/index.js';
import { Tally } from '../../dist/workloads/tally.js';

const TURN_NS = 2e6;
const WARMUP_TURNS = 100;
const TURNS = 300;

const [, , name, prepared = 'null', rate] = process.argv;
const workload = workloads.find((each) => each.name === name);
if (!workload) throw new Error('validate/served.ts WORKLOAD FIXTURE [RATE]');
const fixture: unknown = JSON.parse(prepared);
const { run } = await syncBlocking.start({ form: workload.form, fixture } as Setting);
const startNs = nowNs();
const random = randomFrom(1);
// Both sides send the same client's requests: where its buffer lies in memory is no difference between them.
const client = new Client(workload, fixture, random, new Tally());

/**
 * Closed; or open at a rate beyond what can be served, so that every request is late: one is in service, and
 * one in line.
 */
const load = (): TrialLoad =>
  rate
    ? new OpenLoad({ arrivals: constantArrivals(Number(rate)), startNs, maxInFlight: 2 })
    : new ClosedLoad({ concurrency: 1, thinkNs: 0, startNs });

/** Nanoseconds a request. */
async function serveForATurn(requests: WindowedRequests): Promise<number> {
  const turn = new Turn(requests);
  await run(turn);
  return (nowNs() - turn.beganNs) / turn.served;
}

/** What a model sees of the requests for some milliseconds. */
class Turn implements Requests {
  readonly beganNs = nowNs();
  served = 0;
  private readonly requests: WindowedRequests;

  constructor(requests: WindowedRequests) {
    this.requests = requests;
  }

  due() {
    this.served++;
    return this.requests.due();
  }

  waitNs() {
    return this.requests.waitNs();
  }

  get over() {
    return this.served % 16 === 0 && nowNs() > this.beganNs + TURN_NS;
  }
}

/** The window opens at once, and does not close. */
const limits = {
  startNs,
  warmupNs: 1,
  warmupRequests: 1,
  durationNs: Number.POSITIVE_INFINITY,
  requests: Number.POSITIVE_INFINITY,
  closesOnTime: false,
  drainNs: 0,
};

function whole(): WindowedRequests {
  const own = load();
  const inFlight = new InFlight();
  const { stages, window } = createInstruments({
    limits,
    load: own,
    // The wait is predicted for open loads only.
    servers: rate ? 1 : undefined,
    inFlight,
    scheduled: undefined,
    timesWaits: true,
    neverBlocks: false,
    turned() {},
  });
  return new WindowedRequests({
    load: own,
    clock: nowNs,
    stages,
    window,
    timesWaits: true,
    inFlight,
    newClient: () => client,
  });
}

/** The least that would still be a benchmark: one histogram. */
function bare(): WindowedRequests {
  const latency = new Histogram();
  const window: RequestsWindow = {
    watchNs: Number.POSITIVE_INFINITY,
    passed() {},
    waited() {},
    began() {},
    ended: ({ intendedNs, endedNs }) => latency.record(endedNs - intendedNs),
    submitted() {},
  };
  return new WindowedRequests({
    load: load(),
    clock: nowNs,
    stages: new Stages(limits),
    window,
    timesWaits: false,
    inFlight: new InFlight(),
    newClient: () => client,
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

const sides = { whole: whole(), bare: bare() };
const bareNs: number[] = [];
const costsNs: number[] = [];
for (let turn = 0; turn < WARMUP_TURNS + TURNS; turn++) {
  const ns = { whole: 0, bare: 0 };
  for (const side of turn % 2 === 0 ? (['whole', 'bare'] as const) : (['bare', 'whole'] as const))
    ns[side] = await serveForATurn(sides[side]);
  if (turn < WARMUP_TURNS) continue;
  bareNs.push(ns.bare);
  // Of neighbours: the machine is slower at some times than at others.
  costsNs.push(ns.whole - ns.bare);
}
process.stdout.write(JSON.stringify({ bareNs: median(bareNs), costNs: median(costsNs) }));
