/** What a user's workload file holds, without running any of its code in this process. */
import { UserError } from '../../errors.ts';
import type { Parameter } from '../../workloads/parameters.ts';
import type { PlannedWorkload, WorkloadDescription } from '../plan.ts';
import { startChild } from './child.ts';
import type { DescribeAnswer, DescribeRequest } from './describe.main.ts';

const DESCRIBE_MAIN = new URL('./describe.main.js', import.meta.url);
const LOAD_LIMIT_MS = 30_000;

export interface FoundWorkload {
  readonly workload: WorkloadDescription;
  readonly parameters: readonly Parameter[];
  /** Each set of parameters to run it with: what was set, in all combinations; none where nothing was said of parameters. */
  readonly params: PlannedWorkload['params'];
  /** Of each set, those that have no effect in it. */
  readonly unused: readonly (readonly string[])[];
}

export interface DescribeOptions {
  /** Parameters that were set, of any workload. Without them, none are checked. */
  readonly settings?: DescribeRequest['settings'];
  /** Those of a preset, by workload. */
  readonly presets?: DescribeRequest['presets'];
  readonly limitMs?: number;
  /** What the module prints, as it comes. */
  output?(text: string): void;
}

/**
 * Loads a workload file in a process of its own, and plans its parameters there.
 * @throws UserError if it is not there, cannot be loaded, takes too long, or refuses a parameter.
 */
export async function describeFile(file: string, { settings, presets = {}, limitMs = LOAD_LIMIT_MS, output }: DescribeOptions = {}) {
  let answer: Exclude<DescribeAnswer, { kind: 'ready' }> | undefined;
  const received = (message: DescribeAnswer) => {
    if (message.kind === 'ready') child.send({ kind: 'describe', file, settings, presets } satisfies DescribeRequest);
    else answer ??= message;
  };
  const child = startChild({ module: DESCRIBE_MAIN, output, received: (message) => received(message as DescribeAnswer) });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill();
  }, limitMs);
  const { how, code, lastWords } = await child.ended;
  clearTimeout(limit);
  if (answer?.kind === 'found') return withUnused(answer.found);
  if (answer?.kind === 'refused') throw new UserError(answer.message, { hint: answer.hint, exitCode: answer.exitCode });
  if (answer?.kind === 'failed') throw new UserError(`${file} cannot be loaded: ${answer.message}`, { hint: 'DEBUG=1 shows where' });
  if (isLate)
    throw new UserError(`${file} was not loaded within ${limitMs / 1000} s`, {
      hint: 'look for a loop, or for an await or an exported promise without an end, outside of its functions',
    });
  throw new UserError(`${file} ended its process (${how}) while it was loaded${lastWords ? `: ${lastWords}` : ''}`, {
    hint: code === undefined ? undefined : 'look for process.exit in it',
  });
}

/** Which parameters have no effect is a function of the user's: what it returned for each set is looked up. */
function withUnused(found: FoundWorkload): FoundWorkload {
  const { workload, params, unused } = found;
  const unusedIn = new Map(params.map((set, index) => [JSON.stringify(set), unused[index] ?? []]));
  return { ...found, workload: { ...workload, unused: (set: unknown) => unusedIn.get(JSON.stringify(set)) ?? [] } };
}
