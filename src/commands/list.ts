/** `iobench list`: models, workloads, parameters, and which pairs are possible. */

import Table from 'cli-table3';
import { models } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import { printableJson, printableValue } from '../printable.ts';
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
  if (flags.json) {
    const listed = {
      models: models.map(({ name, family, summary }) => ({ name, family, summary })),
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
    print(`${printableJson(listed, 2)}\n`);
    return 0;
  }
  const colors = painter();
  const width = Math.max(60, columns());
  const title = (text: string) => colors.bold(text);
  const table = (rows: string[][], widths: number[]) =>
    plainTable(printableValue(rows), [...widths, width - widths.reduce((sum, each) => sum + each, 0)]);
  const parameters = [...workloads, ...models.map(describe)].flatMap(({ name, parameters }) =>
    parameters.map(({ key, preset, unit }) => [`${name}.${key}`, preset, unit]),
  );
  const refused = pairs.flatMap(({ workload, model, refusal }) =>
    refusal === undefined ? [] : [[workload, model, refusal]],
  );
  const blocks = [
    [
      title('Models'),
      table(
        models.map(({ name, family, summary }) => [name, family, summary]),
        [21, 24],
      ),
    ],
    [
      title('Workloads'),
      table(
        workloads.map(({ name, form, serve, summary }) => [
          name,
          serve === undefined ? form : `${form}, server`,
          summary,
        ]),
        [21, 24],
      ),
    ],
    [
      title('Parameters  (-p NAME.KEY=VALUE, several values make several cells)'),
      table(parameters, [30, 20]),
    ],
    [
      title('Presets'),
      table(
        presets.map(({ name, concurrencies, summary }) => [
          name,
          `${concurrencies.join(', ')} clients`,
          summary,
        ]),
        [21, 24],
      ),
    ],
    refused.length === 0
      ? [title('Pairs'), `  All ${pairs.length} pairs of a workload and a model are possible here.`]
      : [
          title(`Pairs: ${pairs.length - refused.length} of ${pairs.length} are possible; these are not`),
          table(refused, [21, 21]),
        ],
  ];
  print(`${blocks.map((block) => block.join('\n')).join('\n\n')}\n`);
  return 0;
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
