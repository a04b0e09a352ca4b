/** Finding a workload by reference: one of ours by its name, a user's in a TypeScript or JavaScript file. */
import { statSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { isUserError, UserError } from '../errors.ts';
import { workloads } from './index.ts';
import { loadModule, whyNotLoaded } from './load-module.ts';
import { DISPATCH, phaseName, REST } from './marks.ts';
import { isParams, type Params, shapeOf } from './parameters.ts';
import { formOf, kindOf, type Workload, type WorkloadReference } from './workload.ts';

/**
 * Finds a workload that a plan named.
 * @throws UserError if the file is not there, cannot be loaded, or holds no workload.
 */
export async function loadWorkload({ name, file }: WorkloadReference): Promise<Workload> {
  if (file !== undefined) return loadWorkloadFile(file);
  const workload = workloads.find((candidate) => candidate.name === name);
  if (!workload) throw new UserError(`there is no workload ${name}`);
  return workload;
}

/** Loads the workload that a file exports. */
export async function loadWorkloadFile(file: string): Promise<Workload> {
  const absolute = path.resolve(file);
  requireFile(absolute, file);
  try {
    // Reading properties runs the user's code, too: a getter may throw.
    return checkedWorkload(await loadModule(absolute), file);
  } catch (error) {
    if (isUserError(error)) throw error;
    throw new UserError(`${file} cannot be loaded: ${whyNotLoaded(error)}`, {
      cause: error,
      hint: 'DEBUG=1 shows where; iobench new NAME writes a file to start from',
    });
  }
}

/** @throws UserError if it is not there, or would be read without end, like a pipe. */
function requireFile(absolute: string, file: string): void {
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (!found)
    throw new UserError(`there is no workload file ${file}`, { hint: 'write one with: iobench new NAME' });
  if (found.isFile()) return;
  throw new UserError(
    `${file} is ${found.isDirectory() ? 'a folder' : 'no regular file'}, and not a workload file`,
    {
      hint: 'name the file itself, like ./mine.ts',
    },
  );
}

const method = z.custom<(...values: never[]) => unknown>(
  (value) => typeof value === 'function',
  'expected a function',
);
const MOST_PHASES = 20;
/** As much as a drawing has room for, in characters. */
const MOST_OF_A_PARTY = 24;
const MOST_OF_A_MESSAGE = 48;
const phaseNamed = z
  .string('expected a name')
  .check(z.regex(/^[a-z][a-z0-9 -]{0,29}$/, 'expected up to 30 lower-case letters, digits, - and spaces'));
const shortText = (most: number) =>
  z
    .string('expected a text')
    .check(
      z.regex(/^[^\p{Cc}]+$/u, 'expected one line of text'),
      z.maxLength(most, `expected at most ${most} characters`),
    );
const phases = z
  .array(
    z.union([
      phaseNamed,
      z
        .strictObject({
          name: phaseNamed,
          from: shortText(MOST_OF_A_PARTY),
          to: shortText(MOST_OF_A_PARTY),
          says: shortText(MOST_OF_A_MESSAGE),
          answers: z.optional(shortText(MOST_OF_A_MESSAGE)),
        })
        .check(z.refine(({ from, to }) => from !== to, 'expected two parties that differ')),
    ]),
    'expected a list of names',
  )
  .check(
    z.minLength(1, 'expected at least one name'),
    z.maxLength(MOST_PHASES, `expected at most ${MOST_PHASES} names`),
    z.refine((all) => new Set(all.map(phaseName)).size === all.length, 'expected names that differ'),
    z.refine(
      (all) => !all.map(phaseName).some((name) => [DISPATCH, REST].includes(name)),
      `expected other names than ${DISPATCH} and ${REST}, which are always there`,
    ),
  );
const shape = z.object({
  name: z
    .string('expected a text')
    .check(z.regex(/^[a-z][a-z0-9-]*$/, 'expected lower-case words joined by -')),
  summary: z.string('expected one line of text'),
  params: z.optional(
    z.custom<Params>(isParams, 'expected z.object({ ... }), with the z that iobench exports'),
  ),
  message: z.optional(z.string('expected the name of a parameter')),
  uses: z.optional(
    z.array(
      z.enum(['files', 'sockets'], "expected 'files' or 'sockets'"),
      "expected a list of 'files' and 'sockets'",
    ),
  ),
  phases: z.optional(phases),
  unused: z.optional(method),
  prepare: z.optional(method),
  undelayed: z.optional(method),
  background: z.optional(method),
  lasting: z.optional(method),
  connect: z.optional(method),
  request: method,
  disconnect: z.optional(method),
  share: z.optional(method),
  housekeeping: z.optional(method),
  disturbances: z.optional(method),
  serve: z.optional(method),
});
const ONLY_SERVERS = {
  lasting: 'clients beside its load',
  housekeeping: 'what goes on beside its sessions',
  disturbances: 'peers that are disturbed',
} as const;
const FIELDS = Object.keys(shape.shape).concat('form');

/** Where a value may be of several kinds: what is wrong with it as the kind that it comes closest to. */
function innermost(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, 'path' | 'message'> {
  if (issue.code !== 'invalid_union') return issue;
  const found = issue.errors.flatMap((issues) => issues.slice(0, 1));
  const isOther = ({ code, path }: z.core.$ZodIssue) => code === 'invalid_type' && path.length === 0;
  const closest = found.find((each) => !isOther(each)) ?? found[0];
  return closest === undefined ? issue : { ...closest, path: [...issue.path, ...closest.path] };
}

function checkedWorkload(value: unknown, file: string): Workload {
  const hint = 'iobench new NAME writes a file to start from';
  if (
    value === undefined ||
    value === null ||
    typeof value !== 'object' ||
    !Object.keys(value).some((field) => FIELDS.includes(field))
  ) {
    throw new UserError(`${file} has no default export`, {
      hint: `end it in: export default defineWorkload({ ... }); ${hint}`,
    });
  }
  const outcome = z.safeParse(shape, value);
  if (!outcome.success) {
    const { path: field, message } = innermost(outcome.error.issues[0] as z.core.$ZodIssue);
    throw new UserError(`${file}: field ${field.join('.')}: ${message}`, { hint });
  }
  const stray = Object.keys(value).find((field) => !FIELDS.includes(field));
  if (stray)
    throw new UserError(`${file}: there is no field ${stray}`, {
      hint: `a workload has ${FIELDS.slice(0, -1).join(', ')}`,
    });
  const workload = value as Workload;
  if (workload.message !== undefined && !Object.hasOwn(shapeOf(workload.params), workload.message))
    throw new UserError(`${file}: field message: there is no parameter ${workload.message}`, { hint });
  if (kindOf(workload.request) === 'AsyncGeneratorFunction') {
    throw new UserError(
      `${file}: field request: expected *request, async request or a plain request, found an async generator`,
      {
        hint: 'operations need no await: leave out async',
      },
    );
  }
  const ofServers = Object.entries(ONLY_SERVERS).find(([field]) => field in workload && !workload.serve);
  if (ofServers)
    throw new UserError(`${file}: field ${ofServers[0]}: only a server has ${ofServers[1]}`, {
      hint: 'write a server (*serve), or leave it out',
    });
  const form = formOf(workload.request);
  for (const part of ['connect', 'disconnect', 'serve'] as const) {
    if (workload[part] && formOf(workload[part]) !== form) {
      throw new UserError(
        `${file}: field ${part}: expected the same form as request (${form}), found ${formOf(workload[part])}`,
        {
          hint:
            part === 'serve'
              ? 'a server and its clients are written as generators (*serve, *request)'
              : 'write both as generators (*request), both async, or both plain',
        },
      );
    }
  }
  return { ...workload, form, ...(form === 'blocking' ? { request: endsBeforeItReturns(workload) } : {}) };
}

/**
 * A plain request that returns a promise is over before its work has begun: its time would never be measured.
 */
function endsBeforeItReturns(workload: Workload): Workload['request'] {
  return (client, random, mark) => {
    const returned = workload.request(client, random, mark) as { then?: unknown } | undefined;
    if (typeof returned?.then !== 'function') return undefined;
    throw new UnawaitedError();
  };
}

class UnawaitedError extends Error {
  /** The code under which such requests are counted, and which reports show. */
  readonly code = 'request returned a promise: write it as async request';
}
