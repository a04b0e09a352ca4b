/**
 * The messages of a measured process; a workload in it may send others over the same channel, which are
 * ignored.
 */
import * as z from 'zod/mini';
import { isLoopResult } from '../loop-result.ts';
import type { CellMessage } from '../trial/cell.main.ts';

const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), pid: z.int().check(z.minimum(2)) }),
  z.object({ kind: z.literal('reached'), phase: z.enum(['connecting', 'warming up']) }),
  z.object({ kind: z.literal('warm') }),
  z.object({ kind: z.literal('turned'), phase: z.enum(['open', 'closed']) }),
  z.object({ kind: z.literal('measured'), loops: z.array(z.custom(isLoopResult)).check(z.minLength(1)) }),
  z.object({ kind: z.enum(['failed', 'unsupported']), reason: z.string() }),
]);

/** The message, if it has one of these forms. */
export function cellMessage(sent: unknown): CellMessage | undefined {
  return message.safeParse(sent).data as CellMessage | undefined;
}
