/** The background of a workload (connections that stay open and idle), opened by the model's own engine. */
import type { Model, Started } from '../../models/model.ts';
import type { Steps } from '../../operations.ts';
import { errands } from './errands.ts';
import { toItsEnd } from './to-its-end.ts';
import type { LoadOptions } from './trial-load.ts';

/**
 * The number that is begun before any has ended. One by one, each would be waited for among all that are open
 * already (poll(2) looks at 50 million descriptors to open ten thousand), and all at once they are more than
 * a server's backlog holds.
 */
const AT_ONCE = 128;

/**
 * Performs all steps; if requests run in other threads, a blocking thread performs them. @throws the first
 * error.
 */
export async function runBackground(
  all: readonly Steps[],
  { run }: Pick<Started, 'run'>,
  { isElsewhere }: Pick<Model, 'isElsewhere'> = {},
): Promise<void> {
  if (isElsewhere) {
    for (const steps of all) toItsEnd('operations', steps);
    return;
  }
  const background = errands(
    all.map((steps) => () => steps),
    AT_ONCE,
  );
  await run(background);
  if (background.failure !== undefined) throw background.failure;
}

/**
 * The part of one of several loops or processes that share a load: together they have each of the steps once.
 * Steps that are not in a list are the first one's.
 */
export function partOf(
  steps: Steps | readonly Steps[],
  { number, of }: NonNullable<LoadOptions['loop']> = { number: 0, of: 1 },
): readonly Steps[] {
  return (isList(steps) ? steps : [steps]).filter((_, index) => index % of === number);
}

const isList = (begun: Steps | readonly Steps[]): begun is readonly Steps[] => Array.isArray(begun);
