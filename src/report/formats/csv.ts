/**
 * One row per cell, and one per capacity that was searched for; for spreadsheets and scripts: no formatting,
 * the unit in every column's name.
 */
import { stringify } from 'csv-stringify/sync';
import { COLUMNS } from '../../metrics/index.ts';
import type { Columns, Value } from '../../metrics/metric.ts';
import { printableLines, printableValue } from '../../printable.ts';
import type { Capacity, Cell, MeasuredCell, RunDocument, SearchedSpec, Warning } from '../../result.ts';
import { isMeasured } from '../summary/sections.ts';

const MEASURED: Columns<MeasuredCell> = { trials: ({ trials }) => trials, ...COLUMNS };

/**
 * What a search has found. Its steps are no rows: each is one trial, at a rate that was only tried on the
 * way.
 */
const FOUND: Columns<Capacity> = {
  objective: ({ objective }) => objective,
  capacity_per_second: ({ ratePerSecond }) => ratePerSecond,
  capacity_failed_at_per_second: ({ failedAtPerSecond }) => failedAtPerSecond,
};

/** Renders the cells and the capacities as CSV with a header line. An empty field is an unknown value. */
export function renderCsv(run: RunDocument): string {
  const document = printableValue(run, printableLines);
  const rows = [...document.cells.map(cellRow), ...(document.capacities ?? []).map(capacityRow)].map(
    (row) => ({ run: document.run.id, ...row }),
  );
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
    'clients',
    'model',
    'threads',
    'model_params',
    'generator',
    'generators',
  ];
  return [...identityNames, 'status', 'reason', 'warnings', ...Object.keys(MEASURED), ...Object.keys(FOUND)];
}

type Row = Readonly<Record<string, Value>>;

function identity(cell: SearchedSpec): Row {
  const { workload, params, model, threads, modelParams, generator, generators } = cell;
  return {
    workload,
    params: JSON.stringify(params),
    model,
    threads,
    model_params: modelParams === undefined ? undefined : JSON.stringify(modelParams),
    generator,
    generators: generator === undefined ? undefined : (generators ?? 1),
  };
}

function cellRow(cell: Cell): Row {
  const { load, status } = cell;
  return {
    ...identity(cell),
    load: load.kind,
    ...(load.kind === 'closed'
      ? { concurrency: load.concurrency, think_ns: load.thinkNs ?? 0 }
      : { rate_per_second: load.ratePerSecond, arrivals: load.arrivals, clients: load.clients }),
    status,
    reason: isMeasured(cell) ? undefined : cell.reason,
    warnings: codesOf(cell.warnings),
    ...(isMeasured(cell) ? valuesOf(MEASURED, cell) : {}),
  };
}

/** The rate is no load that was asked for, but what was found: it is in no column of loads. */
function capacityRow(capacity: Capacity): Row {
  const { cell, arrivals, clients, reason, steps, ratePerSecond } = capacity;
  const status = ratePerSecond === undefined ? undefined : 'measured';
  const warnings = codesOf(steps.flatMap((step) => step.warnings ?? []));
  return {
    ...identity(cell),
    load: 'searched',
    arrivals,
    clients,
    status,
    reason,
    warnings,
    ...valuesOf(FOUND, capacity),
  };
}

const codesOf = (warnings: readonly Warning[]): string =>
  [...new Set(warnings.map(({ code }) => code))].join(' ');

function valuesOf<Of>(columns: Columns<Of>, of: Of): Row {
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, value(of)]));
}
