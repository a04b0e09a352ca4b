/** Describes a user's workload file, without running any of its code in this process. */
import { UserError } from '../../errors.ts';
import type { Parameter } from '../../workloads/parameters.ts';
import type { HttpAccess } from '../../workloads/workload.ts';
import type { PlannedWorkload, WorkloadDescription } from '../plan.ts';
import { startChild } from './child.ts';
import type { DescribeAnswer, DescribeRequest } from './describe.main.ts';

const DESCRIBE_MAIN = new URL('./describe.main.js', import.meta.url);
const LOAD_LIMIT_MS = 30_000;

export interface FoundWorkload {
  readonly workload: WorkloadDescription;
  readonly parameters: readonly Parameter[];
  /**
   * Each set of parameters to run it with: what was set, in all combinations; none if no parameters were
   * passed.
   */
  readonly params: PlannedWorkload['params'];
  /** The parameters without effect in each set. */
  readonly unused: readonly (readonly string[])[];
  /** How other clients may load it with each set; left out if it does not declare that. */
  readonly http?: readonly HttpAccess[];
}

export interface DescribeOptions {
  /** Parameters that were set, of any workload. Without them, none are checked. */
  readonly settings?: DescribeRequest['settings'];
  /** Those of a preset, by workload. */
  readonly presets?: DescribeRequest['presets'];
  readonly limitMs?: number;
  /** Called with the module's output, as it arrives. */
  output?(text: string): void;
}

/**
 * Loads a workload file in a process of its own, and plans its parameters there.
 * @throws UserError if it is not there, cannot be loaded, takes too long, or refuses a parameter.
 */
export async function describeFile(
  file: string,
  { settings, presets = {}, limitMs = LOAD_LIMIT_MS, output }: DescribeOptions = {},
) {
  let answer: Exclude<DescribeAnswer, { kind: 'ready' }> | undefined;
  const received = (message: DescribeAnswer) => {
    if (message.kind === 'ready')
      child.send({ kind: 'describe', file, settings, presets } satisfies DescribeRequest);
    else answer ??= message;
  };
  const child = startChild({
    module: DESCRIBE_MAIN,
    output,
    received: (message) => received(message as DescribeAnswer),
  });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill();
  }, limitMs);
  const { how, code, lastWords } = await child.ended;
  clearTimeout(limit);
  if (answer?.kind === 'found') return withFunctions(answer.found);
  if (answer?.kind === 'refused')
    throw new UserError(answer.message, { hint: answer.hint, exitCode: answer.exitCode });
  if (answer?.kind === 'failed')
    throw new UserError(`${file} cannot be loaded: ${answer.message}`, { hint: 'DEBUG=1 shows where' });
  if (isLate)
    throw new UserError(`${file} was not loaded within ${limitMs / 1000} s`, {
      hint: 'look for an endless loop, or an await or an exported promise that never settles, outside of its functions',
    });
  throw new UserError(
    `${file} ended its process (${how}) while it was loaded${lastWords ? `: ${lastWords}` : ''}`,
    {
      hint: code === undefined ? undefined : 'look for process.exit in it',
    },
  );
}

/** `unused` and `http` are the user's functions: their results for each set are looked up. */
function withFunctions(found: FoundWorkload): FoundWorkload {
  const { workload, params, unused, http } = found;
  const indexOf = new Map(params.map((set, index) => [JSON.stringify(set), index]));
  const at = (set: unknown) => indexOf.get(JSON.stringify(set)) ?? -1;
  return {
    ...found,
    workload: {
      ...workload,
      unused: (set: unknown) => unused[at(set)] ?? [],
      ...(http ? { http: (set: unknown) => http[at(set)] as HttpAccess } : {}),
    },
  };
}
