/** Looks at the way of a request through the network: one visit, and then more of the same. */
import type { StoryStep } from '../../result.ts';
import type { WorkloadReference } from '../../workloads/workload.ts';
import type { Place } from '../placement.ts';
import { SERVER_ADDRESS } from './addresses.ts';
import { converse, LateAnswer } from './converse.ts';
import type { NetworkLook } from './network.main.ts';
import { storyOf } from './story.ts';
import type { VisitAnswer, VisitRequest } from './visit.main.ts';

const VISIT_MAIN = new URL('./visit.main.js', import.meta.url);
/** Visits after the first one: as many as that, or as fit into half a second; one at least. */
const LATER_VISITS = 20;
const LATER_LIMIT_MS = 500;

export interface Lookout {
  /** What the tables have now, and what has passed since the last time. */
  look(): Promise<NetworkLook>;
  /** What has passed is kept for the next look: the kernel holds a part of it only. */
  keep(): void;
  /** Where the visitor is. */
  readonly client: Place;
  readonly signal: AbortSignal;
  /** Called with its output, as it arrives. */
  readonly output?: ((text: string) => void) | undefined;
}

/** None if a visit takes too long to be looked at. @throws Error if one fails. */
export async function observe(
  { look, keep, client, signal, output }: Lookout,
  workload: WorkloadReference,
  fixture: unknown,
): Promise<StoryStep[]> {
  signal.throwIfAborted();
  const visitor = converse<VisitRequest, VisitAnswer>({
    module: VISIT_MAIN,
    called: 'the visitor of the network',
    place: client,
    output,
  });
  signal.addEventListener('abort', visitor.child.kill);
  const visit = async () => {
    const { phases } = await visitor.ask({ kind: 'visit' }, 'visited');
    keep();
    return phases;
  };
  try {
    const { phases } = await visitor.ask({ kind: 'meet', workload, fixture }, 'met');
    const { lookUpNs } = await visitor.ask({ kind: 'look up', host: SERVER_ADDRESS }, 'found');
    const before = await look();
    const visits = [await visit()];
    const first = await look();
    const endMs = performance.now() + LATER_LIMIT_MS;
    do visits.push(await visit());
    while (visits.length <= LATER_VISITS && performance.now() < endMs);
    const later = await look();
    return storyOf({ before, first, later, routeNs: lookUpNs, visits, phases });
  } catch (error) {
    if (!(error instanceof LateAnswer)) throw error;
    output?.(`${error.message}: the steps of a visit are not shown\n`);
    return [];
  } finally {
    signal.removeEventListener('abort', visitor.child.kill);
    visitor.child.kill();
    await visitor.child.ended;
  }
}
