import { z } from 'zod';
import { meanOf } from '../stats/moments.ts';
import { share } from './fields.ts';
import { type Columns, defineMetric, known, only } from './metric.ts';

const threadTimeSchema = z
  .object({
    user: share.describe("On a CPU, in the program's own code."),
    system: share.describe("On a CPU, in the kernel's code."),
    runnable: share.optional().describe('Ready to run, but no CPU was free.'),
    blocked: share.describe('Inside a call that waits for one operation.'),
    waiting: share.describe('Inside a call that waits for whichever event comes first.'),
    idle: share.describe('Nothing to do: no request in flight.'),
  })
  .meta({
    id: 'threadTime',
    description: "Shares of the window; they add up to 1 within the precision of the system's accounts.",
  });
/** Shares of the window; they add up to 1 within the precision of the system's accounts. */
export type ThreadTime = z.infer<typeof threadTimeSchema>;

const STATES = [
  'user',
  'system',
  'runnable',
  'blocked',
  'waiting',
  'idle',
] as const satisfies readonly (keyof ThreadTime)[];

/**
 * The mean over loops, each of which has a thread of its own, or over trials, whose windows are planned to be
 * of one length.
 */
function average(times: readonly ThreadTime[]): ThreadTime | undefined {
  if (times.length === 0) return undefined;
  const shares = STATES.flatMap((state) => {
    const parts = times.flatMap((time) => time[state] ?? []);
    return parts.length === 0 ? [] : [[state, meanOf(parts)] as const];
  });
  return Object.fromEntries(shares) as ThreadTime;
}

/** Where the measuring thread's time went over the window; what a system does not report is left out. */
export const threadTime = defineMetric({
  trial: {
    threadTime: threadTimeSchema
      .optional()
      .describe(
        "Shares of the measuring thread's time over the window, which add up to 1; what a system does not report is left out.",
      ),
  },
  cell: {
    threadTime: threadTimeSchema
      .optional()
      .describe(
        "Shares of the measuring thread's time over the window, which add up to 1; what a system does not report is left out.",
      ),
  },
  merge: (loops) => only('threadTime', average(known(loops, 'threadTime'))),
  summarise: (trials) => only('threadTime', average(known(trials, 'threadTime'))),
  columns: Object.fromEntries(
    STATES.map((state) => [`thread_${state}_share`, ({ threadTime }) => threadTime?.[state]]),
  ) as Columns<{
    threadTime?: ThreadTime | undefined;
  }>,
});
