/** Cells that measured nothing, each reason said once. */
import type { RefusedCell } from '../result.ts';
import { formatLoads, formatModel } from './format.ts';
import { groupBy, isRefused, type Section } from './sections.ts';

export interface Refusal {
  readonly model: string;
  readonly status: RefusedCell['status'];
  readonly reason: string;
  /** The loads it is about; empty where it is about all that the model was run with. */
  readonly loads: string;
}

/** A section's refusals, by model and reason. */
export function refusalsOf(section: Section): Refusal[] {
  const cells = section.parts.flatMap((part) => part.cells);
  const tries = (model: string) => cells.filter((cell) => formatModel(cell) === model).length;
  return groupBy(cells.filter(isRefused), (cell) => JSON.stringify([formatModel(cell), cell.status, cell.reason])).map((group) => ({
    model: formatModel(group[0]),
    status: group[0].status,
    reason: group[0].reason,
    loads: group.length === tries(formatModel(group[0])) ? '' : formatLoads(group.map((cell) => cell.load)),
  }));
}

/** `io-uring: unsupported: the kernel forbids it`. */
export function refusalSentence({ model, status, reason, loads }: Refusal): string {
  return `${model}${loads === '' ? '' : ` with ${loads}`}: ${status}: ${reason}`;
}
