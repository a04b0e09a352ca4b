/**
 * What a run of a preset says, beside long windows of warm processes: is it right, and does it decide? Run
 * only where it is named, because it takes long: `npm run validate -- quick`, `npm run validate -- standard`;
 * `--rounds N` of the long run, 20 if nothing is said.
 */
import process from 'node:process';
import { cellKey, type MeasuredCell } from '../../dist/result.js';
import { quick as quickPreset } from '../../dist/run/presets.js';
import { studentQuantile } from '../../dist/stats/student.js';
import { measuredCells, runStored, type StoredRun } from './iobench.ts';
import type { Check } from './main.ts';

interface Bars {
  /** How far the figures may be from those of warm processes: the median over cells, and the worst cell. */
  readonly throughput: { readonly low: number; readonly high: number; readonly worst: number };
  readonly cpu: { readonly high: number; readonly worst: number };
}

const CLIENTS = 8;
/** `standard` has all workloads: five rounds of them with long windows would take an hour and a half. */
const OF_STANDARD = ['file-read', 'file-write', 'tcp-echo', 'http-get'];
const WIDEST = 0.7;
/** Named of each figure. */
const FARTHEST = 6;
const QUICK_RUNS = 5;
const MOST_QUICK_SECONDS = 120;
const QUICK: Bars = { throughput: { low: 0.9, high: 1.1, worst: 0.7 }, cpu: { high: 1.15, worst: 1.5 } };
const STANDARD: Bars = {
  throughput: { low: 0.95, high: 1.05, worst: 0.85 },
  cpu: { high: 1.1, worst: 1.25 },
};

export function quick(rounds: number): Check[] {
  const runs = Array.from({ length: QUICK_RUNS }, () => runStored('--preset', 'quick'));
  const truth = warm('quick', quickPreset.workloads ?? [], rounds);
  return [...rightness('quick', runs, truth, QUICK), ...decisions(runs, truth), ...times(runs)];
}

export function standard(rounds: number): Check[] {
  const run = runStored(...OF_STANDARD, '--preset', 'standard', '-c', `${CLIENTS}`, '--no-charts');
  return [
    ...rightness('standard', [run], warm('standard', OF_STANDARD, rounds), STANDARD),
    intervalWidth(run),
  ];
}

/** The preset's cells at 8 clients: warm for three seconds, then windows of two. */
function warm(name: string, workloads: readonly string[], rounds: number): StoredRun {
  return runStored(
    ...workloads,
    '--preset',
    name,
    '-c',
    `${CLIENTS}`,
    '--warmup',
    '3s',
    '-d',
    '2s',
    '-t',
    `${rounds}`,
    '--no-charts',
  );
}

function rightness(
  name: string,
  runs: readonly StoredRun[],
  truth: StoredRun,
  { throughput, cpu }: Bars,
): Check[] {
  const ofRates = ratios(runs, truth, ({ throughputPerSecond }) => throughputPerSecond.median);
  const ofCosts = ratios(runs, truth, ({ cpu: { perRequestNs } }) => perRequestNs);
  process.stdout.write(`${farthest('throughput', ofRates)}\n${farthest('CPU a request', ofCosts)}\n`);
  const [rates, costs] = [ofRates, ofCosts].map((all) => all.map(({ ratio }) => ratio)) as [
    number[],
    number[],
  ];
  const [rate, worstRate] = [median(rates), Math.min(...rates)];
  const [cost, worstCost] = [median(costs), Math.max(...costs)];
  const over = `${name} at ${CLIENTS} clients / after 3 s of warm-up, in windows of 2 s`;
  return [
    {
      what: `${over}: throughput, median over cells (worst cell)`,
      bar: `${throughput.low} to ${throughput.high} (${throughput.worst})`,
      found: `${rate.toFixed(2)} (${worstRate.toFixed(2)})`,
      isMet: rate >= throughput.low && rate <= throughput.high && worstRate >= throughput.worst,
    },
    {
      what: 'the same for CPU a request',
      bar: `at most ${cpu.high} (${cpu.worst})`,
      found: `${cost.toFixed(2)} (${worstCost.toFixed(2)})`,
      isMet: cost <= cpu.high && worstCost <= cpu.worst,
    },
  ];
}

/** Intervals of throughput, beside those that each cell's trials would give by themselves. */
function intervalWidth(run: StoredRun): Check {
  const ratios = atClients(run).flatMap(({ throughputPerSecond, trialThroughputPerSecond: trials }) => {
    if (!trials.every((figure) => figure > 0)) return [];
    const logs = trials.map(Math.log);
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
    const reach = studentQuantile(0.025, logs.length - 1) * Math.sqrt(variance / logs.length);
    return [Math.log(throughputPerSecond.high / throughputPerSecond.low) / (2 * reach)];
  });
  const ratio = median(ratios);
  return {
    what: `intervals of standard's throughput / t intervals of each cell's own trials, median of ${ratios.length} cells`,
    bar: `at most ${WIDEST}`,
    found: ratio.toFixed(2),
    isMet: ratio <= WIDEST,
  };
}

interface Ratio {
  readonly cell: MeasuredCell;
  readonly ratio: number;
}

/** Of each cell, the median over runs of its figure over that of the long run. */
function ratios(
  runs: readonly StoredRun[],
  truth: StoredRun,
  figure: (cell: MeasuredCell) => number,
): Ratio[] {
  return atClients(truth).map((cell) => {
    const own = runs.flatMap((run) => atClients(run).filter((other) => cellKey(other) === cellKey(cell)));
    return { cell, ratio: median(own.map((other) => figure(other) / figure(cell))) };
  });
}

/** The cells whose figure is farthest from that of the long run. */
function farthest(what: string, all: readonly Ratio[]): string {
  const far = all
    .toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)))
    .slice(0, FARTHEST);
  return `farthest in ${what}: ${far.map(({ cell, ratio }) => `${cell.workload} ${cell.model} ${ratio.toFixed(2)}`).join(', ')}`;
}

/**
 * Models that a long run shows to be behind by more than a factor: are they shown by a short one, and is
 * nothing shown that is not so?
 */
function decisions(runs: readonly StoredRun[], truth: StoredRun): Check[] {
  const known = atClients(truth).flatMap((cell) =>
    cell.standing ? [{ key: cellKey(cell), behind: cell.standing.behind }] : [],
  );
  const claims = runs.flatMap((run) =>
    atClients(run).flatMap((cell) =>
      cell.standing ? [{ key: cellKey(cell), standing: cell.standing }] : [],
    ),
  );
  const shown = (factor: number, least: number): Check => {
    const keys = known.filter(({ behind }) => behind.low > factor).map(({ key }) => key);
    const looked = claims.filter(({ key }) => keys.includes(key));
    const share = looked.filter(({ standing }) => !standing.mayBeBest).length / looked.length;
    return {
      what: `models that the long run shows to be behind by more than ${factor} x (${keys.length}), shown by quick (mean over ${runs.length} runs)`,
      bar: `at least ${100 * least} %`,
      found: `${(100 * share).toFixed(0)} %`,
      isMet: share >= least,
    };
  };
  const made = claims.filter(({ standing }) => !standing.mayBeBest);
  const wrong = made.filter(({ key, standing: { behind } }) => {
    const true_ = known.find((cell) => cell.key === key)?.behind;
    return true_ !== undefined && (behind.low > true_.high || behind.high < true_.low);
  });
  return [
    shown(2, 0.9),
    shown(1.5, 0.7),
    {
      what: `claims of quick (${made.length}) whose interval lies beside that of the long run`,
      bar: `at most ${mostByChance(made.length)}`,
      found: `${wrong.length}`,
      isMet: wrong.length <= mostByChance(made.length),
    },
  ];
}

/**
 * How many of so many claims are wrong by chance, at 5 %, in all but one of a hundred runs: the normal law's
 * bound.
 */
const mostByChance = (claims: number): number =>
  Math.floor(0.05 * claims + 2.326 * Math.sqrt(0.05 * 0.95 * claims));

function times(runs: readonly StoredRun[]): Check[] {
  const wall = median(runs.map(({ wallSeconds }) => wallSeconds));
  const share = (of: (trial: StoredRun['trials'][number]) => number) =>
    median(
      runs.map(
        ({ trials, wallSeconds }) => trials.reduce((sum, trial) => sum + of(trial), 0) / 1e9 / wallSeconds,
      ),
    );
  const windows = share(({ windowNs }) => windowNs);
  const warmed = share(({ windowNs, warmupNs, burstNs = 0 }) => windowNs + warmupNs + burstNs);
  return [
    {
      what: 'quick, pictures included',
      bar: `at most ${MOST_QUICK_SECONDS} s`,
      found: `${wall.toFixed(0)} s`,
      isMet: wall <= MOST_QUICK_SECONDS,
    },
    {
      what: 'of that time, windows; windows and warm-ups',
      bar: 'at least 30 %; 75 %',
      found: `${(100 * windows).toFixed(0)} %; ${(100 * warmed).toFixed(0)} %`,
      isMet: windows >= 0.3 && warmed >= 0.75,
    },
  ];
}

const atClients = ({ document }: StoredRun): MeasuredCell[] =>
  measuredCells(document).filter(({ load }) => load.kind === 'closed' && load.concurrency === CLIENTS);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}
