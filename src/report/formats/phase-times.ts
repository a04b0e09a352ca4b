/** The mean time of each part of a request, where the workload marks any. */
import { isMeasured, type Section } from '../summary/sections.ts';
import { formatDuration, formatModel } from './format.ts';

export interface PhaseRow {
  readonly model: string;
  /** `dns 81 µs + connect 120 µs`, in their order. */
  readonly times: string;
}

/** One row per model, at the section's largest load. */
export function phaseRows(section: Section): PhaseRow[] {
  const cells = section.parts.at(-1)?.cells ?? [];
  return cells.filter(isMeasured).flatMap((cell) => {
    if (cell.phases === undefined) return [];
    const times = cell.phases.map(({ name, perRequestNs }) => `${name} ${formatDuration(perRequestNs)}`);
    return [{ model: formatModel(cell), times: times.join(' + ') }];
  });
}
