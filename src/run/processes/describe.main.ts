/**
 * The process that loads and describes a user's workload file: a module may loop, end its process, or leave
 * timers behind, and its schema's checks are the user's code, too.
 */
import process from 'node:process';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { isUserError, messageOf } from '../../errors.ts';
import { loadWorkloadFile } from '../../workloads/load-file.ts';
import { parametersOf } from '../../workloads/parameters.ts';
import { plannedWorkload } from '../described-workload.ts';
import { type ParamSetting, planParams } from '../plan.ts';
import { unusedParams } from '../shown-params.ts';
import type { FoundWorkload } from './describe.ts';

export interface DescribeRequest {
  readonly kind: 'describe';
  readonly file: string;
  /** Parameters that were set, of any workload; `undefined` if it will not be run. */
  readonly settings: readonly ParamSetting[] | undefined;
  /** Those of a preset, by workload. */
  readonly presets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export type DescribeAnswer =
  /** From now on it ends with its parent, and leads a group of its own. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'found'; readonly found: FoundWorkload }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly hint: string | undefined;
      readonly exitCode: number;
    }
  | { readonly kind: 'failed'; readonly message: string };

const send = (answer: DescribeAnswer) => process.send?.(answer, () => process.disconnect());

process.on('disconnect', () => process.exit());
process.once('message', (request: DescribeRequest) => {
  describe(request).then((found) => send({ kind: 'found', found }), refuse);
});
// An error in a timer or a promise of the module is its failure, too.
process.on('uncaughtException', refuse);
leadOwnGroup();
dieWithParent();
process.send?.({ kind: 'ready' } satisfies DescribeAnswer);

async function describe({ file, settings, presets }: DescribeRequest): Promise<FoundWorkload> {
  const workload = await loadWorkloadFile(file);
  const { name, http } = workload;
  const parameters = parametersOf(workload.params);
  // A wrong parameter is an error even if it would not be used.
  if (settings) planParams(workload, settings);
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  const params = settings ? planParams(workload, settings, preset) : [];
  return {
    workload: plannedWorkload(workload),
    parameters,
    params,
    unused: params.map((set) => unusedParams(workload, set)),
    ...(http ? { http: params.map((set) => http(set)) } : {}),
  };
}

function refuse(error: unknown): void {
  if (process.env.DEBUG) console.error(error);
  if (isUserError(error))
    send({ kind: 'refused', message: error.message, hint: error.hint, exitCode: error.exitCode });
  else send({ kind: 'failed', message: messageOf(error) });
}
