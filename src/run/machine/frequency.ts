/**
 * How fast the CPUs run, and who decides that: the kernel's cpufreq (docs.kernel.org, "CPU Performance
 * Scaling"). Virtual machines often have none.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readIfThere } from './read-if-there.ts';

export const CPU_FOLDER = '/sys/devices/system/cpu';

/** Each governor once, sorted; none where the system does not scale frequencies, or does not report it. */
export function readGovernors(folder: string = CPU_FOLDER): string[] {
  return [...new Set(readOfEachCpu(folder, 'scaling_governor'))].sort();
}

/** The fastest CPU's frequency, now: a CPU that has nothing to do slows down, and shows nothing. */
export function readFastestHz(folder: string = CPU_FOLDER): number | undefined {
  const frequencies = readOfEachCpu(folder, 'scaling_cur_freq').map((kHz) => Number(kHz) * 1e3);
  return frequencies.length === 0 ? undefined : Math.max(...frequencies);
}

function readOfEachCpu(folder: string, name: string): string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => /^cpu\d+$/.test(entry))
      .flatMap((cpu) => readIfThere(path.join(folder, cpu, 'cpufreq', name)) ?? []);
  } catch {
    return [];
  }
}
