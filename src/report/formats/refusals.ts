/** Cells without measurement, each reason given once. */
import type { RefusedCell } from '../../result.ts';
import { groupBy, isRefused, type Section } from '../summary/sections.ts';
import { formatLoads, formatModel } from './format.ts';

export interface Refusal {
  /** All models that were refused for this reason, at these loads. */
  readonly models: readonly string[];
  readonly status: RefusedCell['status'];
  readonly reason: string;
  /** The loads it is about; empty if it is about all loads of these models. */
  readonly loads: string;
}

/** A section's refusals: one per reason, however many models it is about. */
export function refusalsOf(section: Section): Refusal[] {
  const cells = section.parts.flatMap((part) => part.cells);
  const tries = (model: string) => cells.filter((cell) => formatModel(cell) === model).length;
  const byModel = groupBy(cells.filter(isRefused), (cell) =>
    JSON.stringify([formatModel(cell), cell.status, cell.reason]),
  ).map((group) => ({
    model: formatModel(group[0]),
    status: group[0].status,
    reason: group[0].reason,
    loads: group.length === tries(formatModel(group[0])) ? '' : formatLoads(group.map((cell) => cell.load)),
  }));
  return groupBy(byModel, ({ status, reason, loads }) => JSON.stringify([status, reason, loads])).map(
    (group) => ({
      models: group.map(({ model }) => model),
      status: group[0].status,
      reason: group[0].reason,
      loads: group[0].loads,
    }),
  );
}

/** `poll, io-uring: unsupported: the kernel forbids it`. */
export function refusalSentence({ models, status, reason, loads }: Refusal): string {
  return `${models.join(', ')}${loads === '' ? '' : ` with ${loads}`}: ${status}: ${reason}`;
}
