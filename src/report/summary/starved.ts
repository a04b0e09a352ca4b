import type { CellSpec } from '../../result.ts';

/**
 * Whether clients of a server waited for others to leave: under a closed load each of them has one request,
 * so that one which was never answered is a client that was not served.
 */
export const isStarved = ({
  cell = {},
  generator = cell.generator,
  load = cell.load,
  unfinished,
}: Partial<Pick<CellSpec, 'generator' | 'load'>> & {
  readonly cell?: Partial<Pick<CellSpec, 'generator' | 'load'>>;
  readonly unfinished: number;
}): boolean => generator !== undefined && load?.kind === 'closed' && unfinished > 0;
