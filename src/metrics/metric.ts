/**
 * A metric is declared once: what a trial stores of it, what a cell says of its trials, how the parts of one
 * trial become one, and its columns. The schemas of results, the merging of loops, the summary and the CSV
 * are loops over the list in `index.ts`.
 */
import type { z } from 'zod';
import type { Counts } from '../stats/histogram.ts';

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Fields<Of extends Shape> = z.output<z.ZodObject<Of>>;

/** What every metric may relate its own figures to. */
export interface TrialBase {
  readonly cell: {
    readonly load:
      | { readonly kind: 'closed'; readonly concurrency: number; readonly thinkNs?: number | undefined }
      | { readonly kind: 'open' };
  };
  /** Requests that ended in the window, well and not. */
  readonly completed: number;
  readonly failed: number;
  readonly windowNs: number;
}

/** What one loop of several has, besides what a trial stores: put together, they measured one load. */
export interface PartBase extends Omit<TrialBase, 'cell'> {
  /** What each slot of its timeline counted. */
  readonly slots?: readonly Counts[] | undefined;
}

export type Value = string | number | null | undefined;
export type Columns<Cell> = Readonly<Record<string, (cell: Cell) => Value>>;

export interface Metric<Trial extends Shape, Cell extends Shape> {
  /** The fields of a trial. */
  readonly trial: Trial;
  /** The fields of a cell. */
  readonly cell: Cell;
  /**
   * Of the loops of one process, which measured at the same time: at least one. What the process as a whole
   * used, each of them saw.
   */
  merge(parts: readonly (Fields<Trial> & PartBase)[]): Fields<Trial>;
  /** Of all trials of a cell: at least one. */
  summarise(trials: readonly (Fields<Trial> & TrialBase)[]): Fields<Cell>;
  /** Of the CSV, the unit in each name. */
  readonly columns: Columns<Fields<Cell>>;
}

export const defineMetric = <Trial extends Shape, Cell extends Shape>(
  metric: Metric<Trial, Cell>,
): Metric<Trial, Cell> => metric;

/** What those trials, or loops, know that know it at all. */
export function known<Of, Key extends keyof Of>(all: readonly Of[], key: Key): NonNullable<Of[Key]>[] {
  return all.flatMap((each) =>
    each[key] === undefined || each[key] === null ? [] : [each[key] as NonNullable<Of[Key]>],
  );
}

/** A field that is left out where its value is not known. */
export function only<Key extends string, Of>(key: Key, value: Of | undefined): { [K in Key]?: Of } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Of };
}

/** What an amount comes to per request that ended; 0 if none did. */
export function perRequest(
  amount: number,
  trials: readonly Pick<TrialBase, 'completed' | 'failed'>[],
): number {
  const requests = trials.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  return requests === 0 ? 0 : amount / requests;
}
