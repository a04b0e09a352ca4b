/** What the charts by protocol share: a row a model, with its cell of each protocol. */
import type { Cell } from '../../result.ts';
import { formatModel } from '../formats/format.ts';
import { printable } from '../formats/wrap.ts';
import type { Comparison } from '../summary/protocols.ts';
import { isMeasured } from '../summary/sections.ts';
import type { ChartTable } from './definition.ts';
import type { Look } from './look.ts';

/** What a chart by protocol is made of. */
export interface ByProtocol {
  readonly name: string;
  readonly comparison: Comparison;
  readonly rows: readonly ProtocolRow[];
  readonly subtitle: string;
  readonly look: Look;
}
export interface ProtocolRow {
  readonly model: string;
  /** One per protocol; `undefined` where the model was not to be measured. */
  readonly cells: readonly (Cell | undefined)[];
}

export function protocolRows({ carriers }: Comparison): ProtocolRow[] {
  const models = new Set(carriers.flatMap(({ cells }) => cells.map(formatModel)));
  return [...models].map((model) => ({
    model,
    cells: carriers.map(({ cells }) => cells.find((cell) => formatModel(cell) === model)),
  }));
}

/** Why there is no figure. */
export const gapOf = (cell: Cell | undefined): string =>
  cell === undefined || isMeasured(cell) ? 'not measured' : printable(`${cell.status}: ${cell.reason}`);

/** What stands in a model's row if it has no figure of any protocol. */
export const rowGaps = (rows: readonly ProtocolRow[], isKnown: (cell: Cell | undefined) => boolean) =>
  rows.map(({ cells }) =>
    cells.some(isKnown) ? undefined : gapOf(cells.find((cell) => cell !== undefined)),
  );

/** A column a protocol and figure; why there is none, in the first column of its protocol. */
export function protocolTable(
  { comparison: { carriers }, rows }: Pick<ByProtocol, 'comparison' | 'rows'>,
  figures: readonly string[],
  textsOf: (cell: Cell) => readonly string[] | undefined,
): ChartTable {
  return {
    head: [
      'model',
      ...carriers.flatMap(({ label }) =>
        figures.map((figure) => (figure === '' ? label : `${label} ${figure}`)),
      ),
    ],
    rows: rows.map(({ model, cells }) => [
      model,
      ...cells.flatMap(
        (cell) => (cell && textsOf(cell)) ?? figures.map((_, index) => (index === 0 ? gapOf(cell) : '')),
      ),
    ]),
  };
}
