/** System calls a request, where they were counted. */

import { isMeasured, type Section } from '../summary/sections.ts';
import { formatModel } from './format.ts';

export interface SyscallRow {
  readonly model: string;
  /** `sendto 1, recvfrom 2`: the most frequent first. */
  readonly calls: string;
}

/** A row a model, at the section's largest load. */
export function syscallRows(section: Section): SyscallRow[] {
  const cells = section.parts.at(-1)?.cells ?? [];
  return cells.filter(isMeasured).flatMap((cell) => {
    const counted = Object.entries(cell.syscallsPerRequest ?? {});
    if (cell.syscallsPerRequest === undefined) return [];
    const calls = counted
      .map(([name, perRequest]) => `${name} ${Number(perRequest.toPrecision(3))}`)
      .join(', ');
    return [{ model: formatModel(cell), calls: calls === '' ? 'none' : calls }];
  });
}
