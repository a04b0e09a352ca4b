/**
 * Which of a workload's parameters a title names: those that have an effect, and of a URL neither its user
 * nor its password.
 */
import { messageOf, UserError } from '../errors.ts';
import { withoutCredentials } from '../workloads/credentials.ts';
import type { Workload } from '../workloads/workload.ts';

export type ParamValues = Record<string, string | number | boolean>;

interface Owner {
  readonly name: string;
  readonly unused?: Workload['unused'];
}

/**
 * Sets that differ only in what has no effect are one. @throws UserError if what distinguishes two is not to
 * be shown.
 */
export function distinct(owner: Owner, sets: readonly ParamValues[]): readonly ParamValues[] {
  const shown = new Map<string, ParamValues>();
  for (const params of sets) {
    const key = JSON.stringify(shownParams(owner, params));
    const other = shown.get(key);
    if (other && JSON.stringify(effective(owner, other)) !== JSON.stringify(effective(owner, params))) {
      throw new UserError(
        `two sets of parameters of ${owner.name} differ only in the user and the password of a URL, which are not shown`,
        {
          hint: 'measure them in two runs',
        },
      );
    }
    if (!other) shown.set(key, params);
  }
  return [...shown.values()];
}

/** The parameters that a title names. */
export function shownParams(owner: Owner, params: ParamValues): ParamValues {
  const shown = Object.entries(effective(owner, params)).map(([key, value]) => [
    key,
    typeof value === 'string' ? withoutCredentials(value) : value,
  ]);
  return Object.fromEntries(shown);
}

/**
 * The names of those that have no effect beside the others.
 * @throws UserError if a workload of the user's own cannot say.
 */
export function unusedParams(owner: Owner, params: ParamValues): readonly string[] {
  let names: unknown;
  try {
    names = owner.unused?.(params) ?? [];
  } catch (error) {
    throw new UserError(`${owner.name}: its field unused threw: ${messageOf(error)}`, { cause: error });
  }
  if (Array.isArray(names)) return names;
  throw new UserError(`${owner.name}: its field unused has to return a list of parameters`, {
    hint: "as unused: ({ url }) => (url ? ['delay'] : [])",
  });
}

/** Without those that have no effect beside the others. */
function effective(owner: Owner, params: ParamValues): ParamValues {
  const unused = unusedParams(owner, params);
  return Object.fromEntries(Object.entries(params).filter(([key]) => !unused.includes(key)));
}
