/** `iobench list`: models, programs, workloads, parameters, and which pairs are possible. */

import Table from 'cli-table3';
import { models } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import { printableJson, printableValue } from '../printable.ts';
import { programs } from '../programs/index.ts';
import { SERVES } from '../programs/program.ts';
import { formatBytes, formatDuration } from '../quantity.ts';
import { sentenceOf } from '../reasons.ts';
import { presets } from '../run/presets.ts';
import { describeFile } from '../run/processes/describe.ts';
import { workloads as ours } from '../workloads/index.ts';
import { type Parameter, parametersOf } from '../workloads/parameters.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ListFlags } from './options/list.ts';
import { columns, notify, painter, print } from './terminal.ts';

export async function list(flags: ListFlags): Promise<number> {
  const own = await Promise.all(
    (flags.workloadFile ?? []).map((file) => describeFile(file, { output: notify })),
  );
  const workloads = [
    ...ours.map(describe),
    ...own.map(({ workload, parameters }) => ({ ...workload, parameters: parameters.map(shown) })),
  ];
  const pairs = workloads.flatMap((workload) =>
    models.map((model) => ({
      workload: workload.name,
      model: model.name,
      refusal: refusalOf(model, workload),
    })),
  );
  print(flags.json ? asJson(workloads, pairs) : asTables(workloads, pairs));
  return 0;
}

type Listed = Pick<Workload, 'name' | 'form' | 'summary'> & {
  readonly serve?: unknown;
  readonly parameters: readonly ReturnType<typeof shown>[];
};
interface Pair {
  readonly workload: string;
  readonly model: string;
  /** Why the pair is not possible. */
  readonly refusal: string | undefined;
}

function asJson(workloads: readonly Listed[], pairs: readonly Pair[]): string {
  const listed = {
    models: models.map(({ name, family, summary }) => ({ name, family, summary })),
    programs: programs.map(({ name, summary }) => ({ name, serves: SERVES, summary })),
    workloads: workloads.map(({ name, form, serve, summary, parameters }) => ({
      name,
      form,
      isServer: serve !== undefined,
      summary,
      parameters,
    })),
    presets,
    pairs,
  };
  return `${printableJson(listed, 2)}\n`;
}

function asTables(workloads: readonly Listed[], pairs: readonly Pair[]): string {
  const colors = painter();
  const width = Math.max(60, columns());
  const block = (title: string, rows: string[][], widths: number[]) => {
    const rest = width - widths.reduce((sum, each) => sum + each, 0);
    return `${colors.bold(title)}\n${plainTable(printableValue(rows), [...widths, rest])}`;
  };
  const ofModels = models.map(({ name, family, summary }) => [name, family, summary]);
  const ofPrograms = programs.map(({ name, summary }) => [name, `in ${SERVES}`, summary]);
  const ofWorkloads = workloads.map(({ name, form, serve, summary }) => [
    name,
    serve === undefined ? form : `${form}, server`,
    summary,
  ]);
  const parameters = [...workloads, ...models.map(describe)].flatMap(({ name, parameters }) =>
    parameters.map(({ key, preset, unit }) => [`${name}.${key}`, preset, unit]),
  );
  const ofPresets = presets.map(({ name, concurrencies, summary }) => [
    name,
    `${concurrencies.join(', ')} clients`,
    summary,
  ]);
  const refused = pairs.flatMap(({ workload, model, refusal }) =>
    refusal === undefined ? [] : [[workload, model, refusal]],
  );
  const possible = `Pairs: ${pairs.length - refused.length} of ${pairs.length} are possible; these are not`;
  const blocks = [
    block('Models', ofModels, [21, 24]),
    block('Programs  (only where they are named: -m NAME)', ofPrograms, [21, 24]),
    block('Workloads', ofWorkloads, [21, 24]),
    block('Parameters  (-p NAME.KEY=VALUE, several values make several cells)', parameters, [30, 20]),
    block('Presets', ofPresets, [21, 24]),
    refused.length === 0
      ? `${colors.bold('Pairs')}\n  All ${pairs.length} pairs of a workload and a model are possible here.`
      : block(possible, refused, [21, 21]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function refusalOf(model: Model, workload: Pick<Workload, 'form' | 'uses'>): string | undefined {
  const { form, uses = [] } = workload;
  const refusal = model.refuses({ form, uses, concurrency: 1, threads: undefined });
  return refusal && sentenceOf(refusal);
}

const describe = <Described extends Workload | Model>(described: Described) => ({
  ...described,
  parameters: parametersOf(described.params).map(shown),
});

/** A parameter in words. */
const shown = ({ key, unit, preset, words }: Parameter) => ({
  key,
  preset: valueText(preset, unit),
  unit: words ? words.join(' | ') : unit,
});

function valueText(value: Parameter['preset'], unit: string): string {
  if (unit === 'bytes') return formatBytes(Number(value));
  if (unit === 'ns') return formatDuration(Number(value));
  return value === '' ? '(none)' : String(value);
}

function plainTable(rows: readonly string[][], colWidths: readonly number[]): string {
  const table = new Table({
    chars: Object.fromEntries(
      [
        'top',
        'top-mid',
        'top-left',
        'top-right',
        'bottom',
        'bottom-mid',
        'bottom-left',
        'bottom-right',
        'left',
        'left-mid',
        'mid',
        'mid-mid',
        'right',
        'right-mid',
        'middle',
      ].map((part) => [part, '']),
    ),
    style: { 'padding-left': 2, 'padding-right': 0 },
    colWidths: [...colWidths],
    wordWrap: true,
  });
  table.push(...rows);
  return table.toString();
}
