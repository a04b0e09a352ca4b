/** Everything that the checks look at, as plain data; what a system does not report is `undefined`. */

import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { loadLibc } from '../../../engines/libc.ts';
import { ioUringModel } from '../../../models/io-uring.ts';
import { sentenceOf } from '../../../reasons.ts';
import { openFilesLimit } from '../../../workloads/open-files.ts';
import { clockStepNs } from '../clock-step.ts';
import { type CpuShares, readCpuAccounts, shareCpuTime } from '../cpu-accounts.ts';
import { debuggingOf, thisStart } from '../debugging.ts';
import { fileSystemOf, virtualization } from '../environment.ts';
import { CPU_FOLDER, readGovernors } from '../frequency.ts';
import { measureMachineTiming } from '../machine-timing.ts';
import { readIfThere } from '../read-if-there.ts';
import { readCpuQuota } from './cpu-quota.ts';

export type Reading = Awaited<ReturnType<typeof readAll>>;

const SAMPLE_MS = 1000;

/** Reads this machine for about three seconds. `dataDirectory` is where the workloads' files would be. */
export async function readAll(dataDirectory: string) {
  const libc = loadLibc();
  return {
    platform: process.platform,
    // First: the readings below would count as load.
    load: await sampleLoad(),
    loadAverage: os.loadavg()[0] ?? 0,
    timing: await measureMachineTiming(),
    cpuCount: os.availableParallelism(),
    cpuCountOfMachine: os.cpus().length,
    cpuQuota: readCpuQuota(),
    ...virtualization(),
    governors: readGovernors(),
    turbo: readTurbo(),
    clockSource: readIfThere('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    clockSources:
      readIfThere('/sys/devices/system/clocksource/clocksource0/available_clocksource')?.split(' ') ?? [],
    clockStepNs: clockStepNs(),
    timerSlackNs: numberIn('/proc/self/timerslack_ns'),
    nodeVersion: process.versions.node,
    debugging: debuggingOf(thisStart()),
    uvThreadpoolSize: process.env.UV_THREADPOOL_SIZE,
    ffiRefusal: 'reason' in libc ? libc.reason : undefined,
    ioUringRefusal: refusalOfIoUring(),
    ioUringDisabled: numberIn('/proc/sys/kernel/io_uring_disabled'),
    straceVersion: straceVersion(),
    openFiles: openFilesLimit(),
    somaxconn: numberIn('/proc/sys/net/core/somaxconn'),
    ports: readIfThere('/proc/sys/net/ipv4/ip_local_port_range')?.split(/\s+/).map(Number),
    memoryAvailableBytes: memoryAvailable(),
    data: readDataDirectory(dataDirectory),
  };
}

/** The CPU time that other processes use while this one waits. */
async function sampleLoad(): Promise<CpuShares | undefined> {
  const [before, ownBefore] = [readCpuAccounts(), process.cpuUsage()];
  if (before === undefined) return undefined;
  await wait(SAMPLE_MS);
  const after = readCpuAccounts();
  const own = process.cpuUsage(ownBefore);
  return after && shareCpuTime(before, after, (own.user + own.system) * 1e3);
}

/** Intel's driver reports whether turbo is off, others whether boost is on. */
function readTurbo(): { isOn: boolean; file: string } | undefined {
  const noTurbo = path.join(CPU_FOLDER, 'intel_pstate/no_turbo');
  const boost = path.join(CPU_FOLDER, 'cpufreq/boost');
  const [off, on] = [readIfThere(noTurbo), readIfThere(boost)];
  if (off !== undefined) return { isOn: off === '0', file: noTurbo };
  return on === undefined ? undefined : { isOn: on === '1', file: boost };
}

function refusalOfIoUring(): string | undefined {
  const traits = { form: 'operations', uses: [], concurrency: 1, threads: undefined } as const;
  const refusal = ioUringModel.refuses(traits);
  return refusal && sentenceOf(refusal);
}

function straceVersion(): string | undefined {
  const { error, stdout } = spawnSync('strace', ['--version'], { encoding: 'utf8' });
  return error ? undefined : (/version (\S+)/.exec(stdout)?.[1] ?? 'unknown');
}

function memoryAvailable(): number {
  const kiB = /^MemAvailable:\s+(\d+) kB/m.exec(readIfThere('/proc/meminfo') ?? '')?.[1];
  return kiB === undefined ? os.freemem() : Number(kiB) * 1024;
}

function numberIn(file: string): number | undefined {
  const text = readIfThere(file);
  return text === undefined ? undefined : Number(text);
}

interface DataDirectory {
  readonly directory: string;
  readonly fileSystem: string;
  readonly freeBytes: number | undefined;
  /** Why no file can be made there; `undefined` if one can. */
  readonly refusal: string | undefined;
  /** Whether a file can be opened with `O_DIRECT`; `undefined` if the system has no such flag. */
  readonly takesDirect: boolean | undefined;
}

function readDataDirectory(directory: string): DataDirectory {
  const fileSystem = fileSystemOf(directory);
  try {
    const { bavail, bsize } = statfsSync(directory);
    const own = mkdtempSync(path.join(directory, 'iobench-doctor-'));
    try {
      return {
        directory,
        fileSystem,
        freeBytes: bavail * bsize,
        refusal: undefined,
        takesDirect: opensDirect(path.join(own, 'data')),
      };
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { directory, fileSystem, freeBytes: undefined, refusal: code ?? message, takesDirect: undefined };
  }
}

function opensDirect(file: string): boolean | undefined {
  if (constants.O_DIRECT === undefined) return undefined;
  try {
    closeSync(openSync(file, constants.O_CREAT | constants.O_RDWR | constants.O_DIRECT));
    return true;
  } catch {
    return false;
  }
}
