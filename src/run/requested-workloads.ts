/** The workloads of a request: ours by their names, others in files, each with its sets of parameters. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { models } from '../models/index.ts';
import { programs } from '../programs/index.ts';
import { workloads as ourWorkloads } from '../workloads/index.ts';
import type { Workload } from '../workloads/workload.ts';
import { plannedWorkload } from './described-workload.ts';
import {
  findNamed,
  type ParamSetting,
  type PlannedWorkload,
  planParams,
  type WorkloadDescription,
} from './plan.ts';
import { describeFile } from './processes/describe.ts';
import type { CellsRequest } from './request.ts';

/** Who asks. */
export interface Asking {
  /** The command that a hint names. */
  readonly command: 'run' | 'capacity';
  /** Called with what a workload's module prints while it is loaded. */
  output?(text: string): void;
}

/** @throws UserError if a named workload, file or parameter does not exist or is refused. */
export async function planWorkloads(
  { workloads: { names, files }, params, defaultParams }: CellsRequest,
  { command, ...listening }: Asking,
): Promise<PlannedWorkload[]> {
  const own = await Promise.all(
    files.map(async (file) => ({
      ...(await planFile(file.path, params, defaultParams, listening)),
      isChosen: file.isChosen,
    })),
  );
  const all = [
    ...ourWorkloads.map((workload) => ({ ...planOurs(workload, params, defaultParams), isChosen: false })),
    ...own,
  ].map(({ isChosen, ...planned }) => ({
    planned,
    isChosen: isChosen || (names?.includes(planned.workload.name) ?? true),
  }));
  const known = all.map(({ planned }) => planned.workload);
  checkUnique(known);
  for (const { owner } of params) findNamed('workload or model', [...known, ...models, ...programs], owner);
  requireKnown(names ?? [], known);
  for (const { planned, isChosen } of all) {
    const { name } = planned.workload;
    // A parameter without effect is an error, and not ignored.
    if (!isChosen && params.some(({ owner }) => owner === name)) {
      throw new UserError(`a parameter is given for ${name}, which is not in this run`, {
        hint: `name it: iobench ${command} ${name}`,
      });
    }
  }
  return all.filter(({ isChosen }) => isChosen).map(({ planned }) => planned);
}

/** Planned whether or not it will be used: a wrong parameter is an error in any case. */
function planOurs(
  workload: Workload,
  params: readonly ParamSetting[],
  defaults: CellsRequest['defaultParams'],
): PlannedWorkload {
  const { name, unused, http } = workload;
  planParams(workload, params);
  return {
    workload: { ...plannedWorkload(workload), ...(unused ? { unused } : {}), ...(http ? { http } : {}) },
    reference: { name },
    params: planParams(workload, params, Object.hasOwn(defaults, name) ? defaults[name] : undefined),
  };
}

/** A workload in a file, loaded and planned in a process of its own. */
async function planFile(
  file: string,
  settings: readonly ParamSetting[],
  presets: CellsRequest['defaultParams'],
  listening: Pick<Asking, 'output'>,
): Promise<PlannedWorkload> {
  const { workload, params } = await describeFile(file, { settings, presets, ...listening });
  // A module may change the directory: other processes and threads are given absolute paths.
  return { workload, reference: { name: workload.name, file: path.resolve(file) }, params };
}

/**
 * @throws UserError if there is no workload of a name; its hint names the file of that name, if there is one.
 */
function requireKnown(names: readonly string[], known: readonly { readonly name: string }[]): void {
  for (const name of names) {
    const isKnown = known.some((workload) => workload.name === name);
    const file = isKnown
      ? undefined
      : ['.ts', '.mts', '.js', '.mjs'].map((ending) => name + ending).find((each) => existsSync(each));
    if (file !== undefined)
      throw new UserError(`there is no workload ${JSON.stringify(name)}`, {
        hint: `did you mean the file ./${file}?`,
      });
    findNamed('workload', known, name);
  }
}

function checkUnique(workloads: readonly WorkloadDescription[]): void {
  const twice = workloads.find(
    (workload, index) => workloads.findIndex(({ name }) => name === workload.name) !== index,
  );
  if (twice)
    throw new UserError(`two workloads are called ${twice.name}`, {
      hint: 'give the workload in your file another name',
    });
}
