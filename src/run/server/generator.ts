/** Which model sends the requests that a server serves: the cheapest one that runs here. */
import { models } from '../../models/index.ts';
import type { Model } from '../../models/model.ts';

const PREFERRED = ['epoll', 'async-callback'];

/** The same for every cell of a run, so that servers are compared under the same clients. */
export function generatorModel(): Model {
  const traits = { form: 'operations', uses: ['sockets'], concurrency: 1, threads: undefined } as const;
  const possible = PREFERRED.map((name) => models.find((model) => model.name === name)).find(
    (model) => model?.refuses(traits) === undefined,
  );
  return possible as Model;
}
