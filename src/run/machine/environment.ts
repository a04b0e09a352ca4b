/** Where a run was measured: a result without its machine says little. */
import { execFile } from 'node:child_process';
import { readFileSync, realpathSync, statfsSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Environment } from '../../result.ts';
import { clockStepNs } from './clock-step.ts';
import { debuggingOf, thisStart } from './debugging.ts';
import { readGovernors } from './frequency.ts';
import { readIfThere } from './read-if-there.ts';

/**
 * Reads this machine. `dataDirectory` holds the workloads' files; `workloadFile` is the user's own, if there
 * is one.
 */
export async function readEnvironment(
  dataDirectory: string,
  workloadFile: string | undefined,
): Promise<Environment> {
  const commit =
    workloadFile === undefined ? undefined : await gitCommit(path.dirname(path.resolve(workloadFile)));
  const cpus = os.cpus();
  const governors = readGovernors();
  const clockStep = clockStepNs();
  return {
    iobench: packageVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    libuv: process.versions.uv,
    platform: process.platform,
    arch: process.arch,
    kernel: `${os.type()} ${os.release()}`,
    cpuModel: cpus[0]?.model.trim() || 'unknown',
    cpuCount: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    dataFileSystem: fileSystemOf(dataDirectory),
    uvThreadpoolSize: poolSize(process.env.UV_THREADPOOL_SIZE),
    loadAverageBefore: os.loadavg()[0] ?? 0,
    ...(commit ? { gitCommit: commit } : {}),
    ...(Number.isFinite(clockStep) ? { clockStepNs: clockStep } : {}),
    ...(governors.length > 0 ? { governors } : {}),
    ...virtualization(),
    debugging: debuggingOf(thisStart()),
  };
}

/**
 * Whether a hypervisor is below (the CPU's own flag, on x86); `undefined` if the system does not report it.
 */
export function virtualization(): { virtualized?: boolean } {
  const flags = /^flags\s*:(.*)$/m.exec(readIfThere('/proc/cpuinfo') ?? '')?.[1];
  return flags === undefined ? {} : { virtualized: / hypervisor( |$)/.test(flags) };
}

export function packageVersion(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/**
 * The kind of the file system: by name from the mounts where the system lists them, else its number from
 * statfs(2).
 */
export function fileSystemOf(directory: string): string {
  try {
    const real = realpathSync(directory);
    const type = fileSystemIn(
      readFileSync('/proc/self/mountinfo', 'utf8'),
      real,
      deviceName(statSync(real, { bigint: true }).dev),
    );
    if (type !== undefined) return type;
  } catch {
    // Not a system with /proc: statfs(2) below.
  }
  try {
    return `type 0x${statfsSync(directory).type.toString(16)}`;
  } catch {
    return 'unknown';
  }
}

/**
 * The type of the mount that holds a folder, by proc(5), /proc/PID/mountinfo: the longest mount point that
 * holds it, and of those at the same place the last, which covers the others. A mount of another device than
 * the folder's has been covered by one of a folder above it; only where a file system has a device for each
 * of its parts (btrfs), none has the folder's.
 */
export function fileSystemIn(mountInfo: string, real: string, device: string): string | undefined {
  const holding = mountInfo
    .split('\n')
    .map((line) => {
      const [place = '', kind = ''] = line.split(' - ');
      const [, , ofDevice, , mount = ''] = place.split(' ');
      return { mount: unescaped(mount), device: ofDevice, type: unescaped(kind.split(' ')[0] ?? '') };
    })
    .filter(
      ({ mount }) => mount !== '' && (real === mount || real.startsWith(mount === '/' ? '/' : `${mount}/`)),
    );
  const ofDevice = holding.filter((mount) => mount.device === device);
  const candidates = ofDevice.length > 0 ? ofDevice : holding;
  const longest = Math.max(...candidates.map(({ mount }) => mount.length));
  return candidates.findLast(({ mount }) => mount.length === longest)?.type;
}

/** The kernel writes a space, a tab, a newline and a backslash as `\\` and three octal digits. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** `MAJOR:MINOR`, as makedev(3) packs them. */
function deviceName(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  return `${major}:${minor}`;
}

const DEFAULT_POOL = 4;
const MOST_POOL = 1024;

/**
 * How many helper threads libuv makes of `UV_THREADPOOL_SIZE` (src/threadpool.c): atoi(3) reads the number
 * that the text begins with, 0 counts as 1, and as it is unsigned from there on, a negative one is more than
 * the most that there may be.
 */
export function poolSize(written: string | undefined): number {
  if (written === undefined) return DEFAULT_POOL;
  const digits = /^[ \t\n\v\f\r]*([+-]?)(\d+)/.exec(written);
  const value = BigInt(digits?.[2] ?? 0) * (digits?.[1] === '-' ? -1n : 1n);
  const long = value > MOST_LONG ? MOST_LONG : value < -MOST_LONG - 1n ? -MOST_LONG - 1n : value;
  return Math.min(Number(BigInt.asUintN(32, long)) || 1, MOST_POOL);
}
const MOST_LONG = 2n ** 63n - 1n;

/** The commit checked out in a folder, with a mark if something is changed; nothing outside a repository. */
async function gitCommit(directory: string): Promise<string | undefined> {
  const git = async (...words: string[]) =>
    (await promisify(execFile)('git', ['-C', directory, ...words])).stdout.trim();
  try {
    const [commit, changes] = [await git('rev-parse', 'HEAD'), await git('status', '--porcelain')];
    return changes === '' ? commit : `${commit} with changes`;
  } catch {
    return undefined;
  }
}
