/** Values of options that several commands take, read from text. */
import { UserError } from '../errors.ts';
import { parseDuration } from '../quantity.ts';
import type { Launchers, Placement } from '../result.ts';
import { LAUNCHERS, parseLauncher } from '../run/launchers.ts';
import { parseCpus, ROLES, type Role } from '../run/placement.ts';
import { findNamed, type ParamSetting, parseParam } from '../run/plan.ts';
import type { Preset } from '../run/presets.ts';
import { BOUNDS, MOST_PER_SECOND } from '../run/request.ts';
import { LONGEST_FACTOR } from '../run/trial/warm-up.ts';
import type { AskedWorkloads } from './asked-workloads.ts';

const arrivalKinds = [{ name: 'poisson' }, { name: 'constant' }] as const;

/** @throws UserError if there is no such kind of arrivals. */
export const parseArrivals = (written: string) => findNamed('kind of arrivals', arrivalKinds, written).name;

/**
 * The longest time that a warm-up waits for code to be compiled: the preset's, or four times --warmup if that
 * is given; 0 (cold code) if that is 0.
 */
export function longestWarmupFor(
  chosen: string | undefined,
  { longestWarmup }: Pick<Preset, 'longestWarmup'>,
): number {
  return chosen === undefined ? parseDuration(longestWarmup) : LONGEST_FACTOR * parseDuration(chosen);
}

/** A time that is not 0, like the example. @throws UserError if it is none. */
export function parseLongerThan0(flag: string, written: string, example: string): number {
  const timeNs = parseDuration(written);
  if (timeNs > 0) return timeNs;
  throw new UserError(`${flag} must be longer than 0`, { hint: `give ${flag} a time like ${example}` });
}

/** Reads `5%`. @throws UserError if it is not between 0 and 100 %. */
export function parseShare(flag: string, written: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?) ?%$/.exec(written.trim()) ?? [];
  const percent = Number(digits);
  if (percent > 0 && percent < 100) return percent / 100;
  throw new UserError(`${flag} ${written}: not a share`, { hint: `write it like ${flag} 5%` });
}

/** Reads `500`, `2.5k/s`, `1M`. @throws UserError if it is not a rate, or above ten million a second. */
export function parseRate(flag: string, written: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kM]?)(?:\/s)?$/.exec(written.trim()) ?? [];
  const rate = Number(digits) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1);
  if (rate > 0 && rate <= MOST_PER_SECOND) return rate;
  throw new UserError(`${flag} ${written}: not a rate`, {
    hint: 'write requests per second, like 500 or 2.5k',
  });
}

/**
 * The parameters of -p, and that of --network for each workload that is named.
 * @throws UserError if one is not of the form, no workload is named, a file is, or -p sets it, too.
 */
export function parseParams(
  { param = [], network }: { readonly param?: readonly string[]; readonly network?: string },
  { names, files }: Pick<AskedWorkloads, 'names' | 'files'>,
): ParamSetting[] {
  const written = param.map(parseParam);
  if (network === undefined) return written;
  const [file] = files;
  if (file !== undefined)
    throw new UserError(`--network sets a parameter of the workloads that you name, and not of ${file}`, {
      hint: `write -p NAME.network=${network}, with the name of the workload`,
    });
  const both = written.find(({ owner, key }) => key === 'network' && names.includes(owner));
  if (both !== undefined)
    throw new UserError(`--network and -p ${both.owner}.network set the same parameter`, {
      hint: 'leave one of them out',
    });
  if (names.length === 0)
    throw new UserError('--network sets a parameter of the workloads that you name, and none is named', {
      hint: 'name it, like iobench run page-visit --network netns',
    });
  return [...written, ...names.map((owner) => ({ owner, key: 'network', values: network.split(',') }))];
}

/** The pool of clients of an open load, if one is asked for. @throws UserError if it is no number. */
export const parsePool = ({ clients }: { readonly clients?: string | undefined }): { clients?: number } =>
  clients === undefined ? {} : { clients: parseCount('--clients', clients, BOUNDS.clients) };

/** How many processes send a server its requests, if several. @throws UserError if it is no number. */
export function parseGenerators({ generators: written }: { readonly generators: string }) {
  const generators = parseCount('--generators', written, BOUNDS.generators);
  return generators === 1 ? {} : { generators };
}

/** The CPUs on which processes stay, if they are placed. @throws UserError if one is no list of CPUs. */
export function parsePlacement(flags: {
  readonly cpusMeasured?: string | undefined;
  readonly cpusPeers?: string | undefined;
  readonly cpusGenerators?: string | undefined;
}): { cpus?: Placement } {
  const { cpusMeasured, cpusPeers, cpusGenerators } = flags;
  const written = { measured: cpusMeasured, peers: cpusPeers, generators: cpusGenerators };
  const cpus = ofRoles(written, (role, list) => parseCpus(ROLES[role], list));
  return cpus === undefined ? {} : { cpus };
}

/** The commands that start processes, if there are any. @throws UserError if one is no list of words. */
export function parseLaunchers(flags: {
  readonly launcherMeasured?: string | undefined;
  readonly launcherPeers?: string | undefined;
  readonly launcherGenerators?: string | undefined;
}): { launchers?: Launchers } {
  const { launcherMeasured, launcherPeers, launcherGenerators } = flags;
  const written = { measured: launcherMeasured, peers: launcherPeers, generators: launcherGenerators };
  const launchers = ofRoles(written, (role, command) => parseLauncher(LAUNCHERS[role], command));
  return launchers === undefined ? {} : { launchers };
}

/** What was written for each role, parsed; `undefined` if nothing was. */
function ofRoles<Parsed>(
  written: Readonly<Record<Role, string | undefined>>,
  parse: (role: Role, text: string) => Parsed,
): Partial<Record<Role, Parsed>> | undefined {
  const parsed = Object.entries(written).flatMap(([role, text]) =>
    text === undefined ? [] : [[role, parse(role as Role, text)] as const],
  );
  return parsed.length === 0 ? undefined : (Object.fromEntries(parsed) as Partial<Record<Role, Parsed>>);
}

/** Reads a whole number. @throws UserError if it is not one, or out of bounds. */
export function parseCount(flag: string, written: string, [least, most]: readonly [number, number]): number {
  const count = /^\d+$/.test(written.trim()) ? Number(written) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new UserError(`${flag} ${written}: not a whole number from ${least} to ${most}`, {
    hint: `write it like ${flag} ${Math.max(least, 8)}`,
  });
}
