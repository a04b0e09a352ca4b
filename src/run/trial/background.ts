/** The background of a workload (connections that stay open and idle), opened by the model's own engine. */
import type { Model, Started } from '../../models/model.ts';
import type { Steps } from '../../operations.ts';
import { errands } from './errands.ts';
import { toItsEnd } from './to-its-end.ts';

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
  begun: Steps | readonly Steps[],
  { run }: Pick<Started, 'run'>,
  { isElsewhere }: Pick<Model, 'isElsewhere'> = {},
): Promise<void> {
  const all = isList(begun) ? begun : [begun];
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

const isList = (begun: Steps | readonly Steps[]): begun is readonly Steps[] => Array.isArray(begun);
