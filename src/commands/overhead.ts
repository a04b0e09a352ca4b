/**
 * `iobench overhead`: what single steps cost on this machine, without load. tinybench is the right tool for
 * this.
 */
import Table from 'cli-table3';
import { type Bench, Bench as Suite } from 'tinybench';
import { compute } from '../engines/compute.ts';
import { loadLibc } from '../engines/libc.ts';
import { nowNs } from '../load/clock.ts';
import { randomFrom } from '../load/random.ts';
import { models } from '../models/index.ts';
import type { Model, Requests, Setting, Started, Task } from '../models/model.ts';
import type { Steps } from '../operations.ts';
import { printableJson } from '../printable.ts';
import { parseDuration } from '../quantity.ts';
import { formatDuration } from '../report/formats/format.ts';
import { threadDataOf, threadModules } from '../run/trial/cell.ts';
import { Histogram } from '../stats/histogram.ts';
import { Client } from '../workloads/client.ts';
import noop from '../workloads/noop.ts';
import { parseParams } from '../workloads/parameters.ts';
import { Tally } from '../workloads/tally.ts';
import type { OverheadFlags } from './options/overhead.ts';
import { print } from './terminal.ts';

export async function overhead(flags: OverheadFlags): Promise<number> {
  const suite = new Suite({
    time: parseDuration(flags.duration) / 1e6,
    iterations: 32,
    warmupTime: 50,
    throws: true,
  });
  addSteps(suite);
  const stops = await addModels(suite);
  await suite.run();
  await Promise.all(stops.map((stop) => stop()));
  const rows = suite.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
    const { latency } = result;
    return {
      step: name,
      meanNs: latency.mean * 1e6,
      p50Ns: latency.p50 * 1e6,
      p99Ns: latency.p99 * 1e6,
      marginPercent: latency.rme,
      samples: latency.samplesCount,
    };
  });
  if (flags.json) print(`${printableJson(rows, 2)}\n`);
  else
    print(
      `${tableOf(rows)}\nEach step was run alone by tinybench; an iteration includes about 0.1 µs of tinybench's own clock.\n`,
    );
  return 0;
}

function addSteps(suite: Bench): void {
  const histogram = new Histogram();
  const steps = (function* (): Steps {
    for (;;) yield undefined as never;
  })();
  suite.add('an empty function', () => {});
  suite.add('a clock read', () => void nowNs());
  suite.add('a histogram record', () => histogram.record(1234));
  suite.add('a generator step', () => void steps.next());
  suite.add('SHA-256 of 64 KiB', () => compute({ bytes: 65536 } as never));
  const libc = loadLibc();
  if (!('reason' in libc)) suite.add('an FFI call (errno)', () => void libc.errno());
}

/** One `noop` request under every model, as its own run: begun, served, ended. */
async function addModels(suite: Bench): Promise<(() => Promise<void>)[]> {
  const stops: (() => Promise<void>)[] = [];
  const traits = { form: noop.form, uses: [], concurrency: 1, threads: undefined };
  for (const model of models.filter((candidate) => candidate.refuses(traits) === undefined)) {
    const { setting, dispatch } = settingOf(model);
    const started = await model.start(setting);
    suite.add(`noop under ${model.name}`, onceUnder(started));
    const empty = dispatch();
    if (empty) suite.add('an empty piscina task', async () => void (await empty()));
    if (started.stop) stops.push(started.stop);
  }
  return stops;
}

function onceUnder({ run }: Started): () => void | Promise<void> {
  const client = new Client(noop, undefined, randomFrom(1), new Tally());
  return () => run(oneRequest(() => client.request()));
}

function oneRequest(request: () => unknown): Requests {
  let left: 'due' | 'in flight' | 'over' = 'due';
  const end = () => {
    left = 'over';
  };
  const task: Task = {
    begin() {},
    submitted() {},
    request,
    end,
    ended: end,
    steps: undefined,
    operation: undefined,
  };
  return {
    *due() {
      if (left !== 'due') return;
      left = 'in flight';
      yield task;
    },
    waitNs: () => (left === 'in flight' ? Number.POSITIVE_INFINITY : 0),
    get over() {
      return left === 'over';
    },
  };
}

function settingOf(model: Model): { setting: Setting; dispatch: () => (() => Promise<unknown>) | undefined } {
  let dispatch: (() => Promise<unknown>) | undefined;
  const given = { workload: { name: noop.name }, fixture: undefined, seed: 1 };
  const setting: Setting = {
    ...given,
    form: noop.form,
    concurrency: 1,
    threads: undefined,
    params: model.params && parseParams(model.params, {}).data,
    threadData: threadDataOf({ ...given, longestWarmupNs: 0 }, 1),
    threadModules,
    note() {},
    async measureDispatch(_threads, dispatchEmpty) {
      dispatch = dispatchEmpty;
    },
  };
  return { setting, dispatch: () => dispatch };
}

function tableOf(
  rows: readonly {
    step: string;
    meanNs: number;
    p50Ns: number;
    p99Ns: number;
    marginPercent: number;
    samples: number;
  }[],
): string {
  const table = new Table({
    head: ['step', 'mean', '± 95 %', 'p50', 'p99', 'samples'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const row of rows) {
    table.push([
      row.step,
      formatDuration(row.meanNs),
      `${row.marginPercent.toFixed(1)} %`,
      formatDuration(row.p50Ns),
      formatDuration(row.p99Ns),
      row.samples,
    ]);
  }
  return table.toString();
}
