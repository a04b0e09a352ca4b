/**
 * A visitor in the client's namespace: sends requests of a workload, one after another, and reports how long
 * each of their phases took. It is not measured, and nothing else happens meanwhile.
 */
import process from 'node:process';
import { loadLibc } from '../../engines/libc.ts';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { nowNs } from '../../load/clock.ts';
import { randomFrom } from '../../load/random.ts';
import { performSteps } from '../../models/async-promise.ts';
import type { Steps } from '../../operations.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import { type DescribedPhase, Marks, phaseName } from '../../workloads/marks.ts';
import { Tally } from '../../workloads/tally.ts';
import type { Workload, WorkloadReference } from '../../workloads/workload.ts';
import { inOneLine } from '../processes/in-one-line.ts';
import { lookUpRouteNs } from './route.ts';

export type VisitRequest =
  | { readonly kind: 'meet'; readonly workload: WorkloadReference; readonly fixture: unknown }
  | { readonly kind: 'look up'; readonly host: string }
  | { readonly kind: 'visit' };

/** How long each phase of one request took, by its name: those that it had. */
export type PhaseTimes = Readonly<Record<string, number>>;

export type VisitAnswer =
  | { readonly kind: 'ready'; readonly pid: number }
  | { readonly kind: 'met'; readonly phases: readonly DescribedPhase[] }
  | { readonly kind: 'found'; readonly lookUpNs: number }
  | { readonly kind: 'visited'; readonly phases: PhaseTimes }
  | { readonly kind: 'failed'; readonly reason: string };

let visitor: { readonly workload: Workload; readonly fixture: unknown } | undefined;
const random = randomFrom(1);

const send = (answer: VisitAnswer) => process.send?.(answer, () => {});

process.on('disconnect', () => process.exit());
process.on('message', (request: VisitRequest) => {
  answerTo(request)
    .then(send)
    .catch((error) => send({ kind: 'failed', reason: inOneLine(error) }));
});
leadOwnGroup();
dieWithParent();
send({ kind: 'ready', pid: process.pid });

async function answerTo(request: VisitRequest): Promise<VisitAnswer> {
  if (request.kind === 'look up') return { kind: 'found', lookUpNs: lookUpRouteNs(loadLibc(), request.host) };
  if (request.kind === 'visit') return { kind: 'visited', phases: await visit() };
  const { workload: reference, fixture } = request;
  const workload = await loadWorkload(reference);
  if (workload.form !== 'operations') throw new Error('only requests that are operations can be looked at');
  visitor = { workload, fixture };
  const phases = (workload.phases ?? []).filter((phase) => typeof phase !== 'string');
  return { kind: 'met', phases };
}

/** A client that comes, sends one request, and leaves. */
async function visit(): Promise<PhaseTimes> {
  if (visitor === undefined) throw new Error('there is no workload yet');
  const { workload, fixture } = visitor;
  const { phases = [] } = workload;
  const client = workload.connect
    ? await performSteps(workload.connect(fixture, new Tally()) as Steps<unknown>)
    : fixture;
  const marks = new Marks(phases, nowNs);
  marks.begin(nowNs());
  await performSteps(workload.request(client, random, marks.mark) as Steps);
  if (workload.disconnect) await performSteps(workload.disconnect(client) as Steps);
  const { spentNs } = marks.read();
  const had = phases.flatMap((phase, place) => {
    const ns = spentNs[place];
    return ns === undefined ? [] : [[phaseName(phase), ns] as const];
  });
  return Object.fromEntries(had);
}
