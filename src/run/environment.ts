/** Where a run was measured: a result without its machine says little. */
import { execFile } from 'node:child_process';
import { readFileSync, realpathSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Environment } from '../result.ts';
import { clockStepNs } from './clock-step.ts';
import { debuggingOf, thisStart } from './debugging.ts';
import { readGovernors } from './frequency.ts';
import { readIfThere } from './read-if-there.ts';

/** Reads this machine. `dataDirectory` holds the workloads' files; `workloadFile` is the user's own, if there is one. */
export async function readEnvironment(dataDirectory: string, workloadFile: string | undefined): Promise<Environment> {
  const commit = workloadFile === undefined ? undefined : await gitCommit(path.dirname(path.resolve(workloadFile)));
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
    uvThreadpoolSize: Number(process.env.UV_THREADPOOL_SIZE) || 4,
    loadAverageBefore: os.loadavg()[0] ?? 0,
    ...(commit ? { gitCommit: commit } : {}),
    ...(Number.isFinite(clockStep) ? { clockStepNs: clockStep } : {}),
    ...(governors.length > 0 ? { governors } : {}),
    ...virtualization(),
    debugging: debuggingOf(thisStart()),
  };
}

/** Whether a hypervisor is below (the CPU's own flag, on x86); nothing where the system does not tell. */
export function virtualization(): { virtualized?: boolean } {
  const flags = /^flags\s*:(.*)$/m.exec(readIfThere('/proc/cpuinfo') ?? '')?.[1];
  return flags === undefined ? {} : { virtualized: / hypervisor( |$)/.test(flags) };
}

export function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The kind of the file system: by name from the mounts where the system lists them, else its number from statfs(2). */
export function fileSystemOf(directory: string): string {
  try {
    const real = realpathSync(directory);
    const holds = (mount: string) => real === mount || real.startsWith(mount === '/' ? '/' : `${mount}/`);
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '));
    const longest = mounts
      .filter(([, mount]) => mount !== undefined && holds(mount))
      .sort((a, b) => (b[1] as string).length - (a[1] as string).length)[0];
    if (longest?.[2]) return longest[2];
  } catch {
    // Not a system with /proc: statfs(2) below.
  }
  try {
    return `type 0x${statfsSync(directory).type.toString(16)}`;
  } catch {
    return 'unknown';
  }
}

/** The commit checked out in a folder, with a mark if something is changed; nothing outside a repository. */
async function gitCommit(directory: string): Promise<string | undefined> {
  const git = async (...words: string[]) => (await promisify(execFile)('git', ['-C', directory, ...words])).stdout.trim();
  try {
    const [commit, changes] = [await git('rev-parse', 'HEAD'), await git('status', '--porcelain')];
    return changes === '' ? commit : `${commit} with changes`;
  } catch {
    return undefined;
  }
}
