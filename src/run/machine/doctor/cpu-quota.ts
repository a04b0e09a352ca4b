/** How many CPUs' time a container may use (cgroups(7); docs.kernel.org, "Control Group v2", cpu.max). */
import path from 'node:path';
import { readIfThere } from '../read-if-there.ts';

const ROOT = '/sys/fs/cgroup';

/**
 * The smallest quota of this process's groups, in CPUs; Infinity without a quota, `undefined` if the system
 * does not report it.
 */
export function readCpuQuota(read: (file: string) => string | undefined = readIfThere): number | undefined {
  const groups = read('/proc/self/cgroup');
  if (groups === undefined) return undefined;
  const quotas = groups.split('\n').flatMap((line) => {
    const [, controllers = '', group = '/'] = line.split(':');
    if (controllers === '')
      return upwards(group).map((folder) => quotaOfV2(read(path.posix.join(ROOT, folder, 'cpu.max'))));
    if (!controllers.split(',').includes('cpu')) return [];
    return upwards(group).map((folder) => {
      const file = (name: string) => read(path.posix.join(ROOT, 'cpu', folder, name));
      return quotaOf(file('cpu.cfs_quota_us'), file('cpu.cfs_period_us'));
    });
  });
  return Math.min(Number.POSITIVE_INFINITY, ...quotas);
}

/** A group and all that hold it: a quota holds for all below. In a container the root is its own. */
function upwards(group: string): string[] {
  const parent = path.posix.dirname(group);
  return parent === group ? [group] : [group, ...upwards(parent)];
}

/** `QUOTA PERIOD` in microseconds, or `max PERIOD`. */
function quotaOfV2(text = 'max'): number {
  const [quota, period] = text.split(' ');
  return quotaOf(quota, period);
}

function quotaOf(quota: string | undefined, period: string | undefined): number {
  const cpus = Number(quota) / Number(period);
  return cpus > 0 ? cpus : Number.POSITIVE_INFINITY;
}
