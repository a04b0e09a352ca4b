/** One row a cell, for spreadsheets and scripts: no formatting, the unit in every column's name. */
import { stringify } from 'csv-stringify/sync';
import { printableLines, printableValue } from '../../printable.ts';
import type { Cell, MeasuredCell, PercentileName, Percentiles, RunDocument, ThreadTime } from '../../result.ts';
import { isMeasured } from '../summary/sections.ts';

type Value = string | number | null | undefined;
type Columns = readonly (readonly [name: string, value: (cell: MeasuredCell) => Value])[];

const PERCENTILES = ['mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const satisfies readonly PercentileName[];

const STATES = ['user', 'system', 'runnable', 'blocked', 'waiting', 'idle'] as const satisfies readonly (keyof ThreadTime)[];

const MEASURED: Columns = [
  ['trials', (cell) => cell.trials],
  ['completed', (cell) => cell.completed],
  ['failed', (cell) => cell.failed],
  ['failed_draining', (cell) => cell.failedDraining ?? 0],
  ['reconnects', (cell) => cell.reconnects],
  ['other_statuses', (cell) => otherStatuses(cell)],
  ['shed', (cell) => cell.shed],
  ['unfinished', (cell) => cell.unfinished],
  ['throughput_per_second_median', (cell) => cell.throughputPerSecond.median],
  ['throughput_per_second_low', (cell) => cell.throughputPerSecond.low],
  ['throughput_per_second_high', (cell) => cell.throughputPerSecond.high],
  ...percentileColumns('latency', (cell) => cell.latencyNs),
  ['latency_at_least', (cell) => cell.latencyNs.atLeast?.join(' ')],
  ...percentileColumns('service', (cell) => cell.serviceNs),
  ...percentileColumns('lag', (cell) => cell.lagNs),
  ['cpu_user_ns', (cell) => cell.cpu.userNs],
  ['cpu_system_ns', (cell) => cell.cpu.systemNs],
  ['cpu_per_request_ns', (cell) => cell.cpu.perRequestNs],
  ['cpu_idle_share', (cell) => cell.cpu.idleShare],
  ['voluntary_context_switches', (cell) => cell.contextSwitches.voluntary],
  ['involuntary_context_switches', (cell) => cell.contextSwitches.involuntary],
  ['context_switches_per_request', (cell) => cell.contextSwitches.perRequest],
  ['max_rss_bytes', (cell) => cell.maxRssBytes],
  ['busiest_peer_cpu_share', (cell) => Object.values(cell.peerCpuShare).sort((a, b) => b - a)[0]],
  ['dispatch_mean_ns', (cell) => cell.dispatchNs?.mean],
  ['dispatch_p99_ns', (cell) => cell.dispatchNs?.p99],
  ...STATES.map((state) => [`thread_${state}_share`, (cell: MeasuredCell) => cell.threadTime?.[state]] as const),
  ['submit_p50_ns', (cell) => cell.submitNs?.p50],
  ['submit_p99_ns', (cell) => cell.submitNs?.p99],
  ['reordered_share', (cell) => cell.reorderedShare],
  ['in_flight_mean', (cell) => cell.inFlightMean],
  ['little_ratio', (cell) => cell.littleRatio],
  ['oracle_servers', (cell) => cell.oracle?.servers],
  ['oracle_predicted_wait_ns', (cell) => cell.oracle?.predictedWaitNs],
  ['oracle_measured_wait_ns', (cell) => cell.oracle?.measuredWaitNs],
  ['oracle_error_share', (cell) => cell.oracle?.error],
  ['page_faults_per_request', (cell) => cell.pageFaultsPerRequest],
  ['thread_count', (cell) => cell.threadCount],
  ['pacing_cpu_per_request_ns', (cell) => cell.pacingCpuPerRequestNs],
];

/** `301:1000 304:2`; nothing where all answers were 2xx, or there were none. */
const otherStatuses = ({ statuses = {} }: MeasuredCell): Value =>
  Object.entries(statuses)
    .map(([status, count]) => `${status}:${count}`)
    .join(' ');

function percentileColumns(name: string, pick: (cell: MeasuredCell) => Percentiles): Columns {
  return PERCENTILES.map((key) => [`${name}_${key}_ns`, (cell) => pick(cell)[key]] as const);
}

/** Renders the cells as CSV with a header line. An empty field is a value that is not known. */
export function renderCsv(run: RunDocument): string {
  const document = printableValue(run, printableLines);
  const rows = document.cells.map((cell) => ({ run: document.run.id, ...identity(cell), ...figures(cell) }));
  // A name that starts with = would be a formula to a spreadsheet.
  return stringify(rows, { header: true, escape_formulas: true, columns: columnNames() });
}

function columnNames(): string[] {
  const identityNames = [
    'run',
    'workload',
    'params',
    'load',
    'concurrency',
    'think_ns',
    'rate_per_second',
    'arrivals',
    'model',
    'threads',
    'model_params',
  ];
  return [...identityNames, 'status', 'reason', 'warnings', ...MEASURED.map(([name]) => name)];
}

function identity(cell: Cell): Record<string, Value> {
  const { load } = cell;
  return {
    workload: cell.workload,
    params: JSON.stringify(cell.params),
    load: load.kind,
    ...(load.kind === 'closed'
      ? { concurrency: load.concurrency, think_ns: load.thinkNs ?? 0 }
      : { rate_per_second: load.ratePerSecond, arrivals: load.arrivals }),
    model: cell.model,
    threads: cell.threads,
    model_params: cell.modelParams === undefined ? undefined : JSON.stringify(cell.modelParams),
    status: cell.status,
    reason: isMeasured(cell) ? undefined : cell.reason,
    warnings: cell.warnings.map((warning) => warning.code).join(' '),
  };
}

function figures(cell: Cell): Record<string, Value> {
  return isMeasured(cell) ? Object.fromEntries(MEASURED.map(([name, value]) => [name, value(cell)])) : {};
}
