/** One row per cell, for spreadsheets and scripts: no formatting, the unit in every column's name. */
import { stringify } from 'csv-stringify/sync';
import { COLUMNS } from '../../metrics/index.ts';
import type { Columns, Value } from '../../metrics/metric.ts';
import { printableLines, printableValue } from '../../printable.ts';
import type { Cell, MeasuredCell, RunDocument } from '../../result.ts';
import { isMeasured } from '../summary/sections.ts';

const MEASURED: Columns<MeasuredCell> = { trials: ({ trials }) => trials, ...COLUMNS };

/** Renders the cells as CSV with a header line. An empty field is an unknown value. */
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
  return [...identityNames, 'status', 'reason', 'warnings', ...Object.keys(MEASURED)];
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
  return isMeasured(cell) ? Object.fromEntries(Object.entries(MEASURED).map(([name, value]) => [name, value(cell)])) : {};
}
