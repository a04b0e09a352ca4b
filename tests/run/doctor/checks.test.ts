/** Each check of readings that were never made: which raise doubts, which do not, and which are unknown. */
import { describe, expect, test } from 'vitest';
import { readCpuQuota } from '../../../src/run/machine/doctor/cpu-quota.ts';
import { examine, type Reading } from '../../../src/run/machine/doctor/index.ts';

const GIB = 2 ** 30;
const load = { cpuTimeNs: 8e9, busyShare: 0.02, stealShare: 0, otherShare: 0.01 };
const data = {
  directory: '/data',
  fileSystem: 'ext4',
  freeBytes: 50 * GIB,
  refusal: undefined,
  takesDirect: true,
};

/** A machine that nothing is wrong with. */
const SOUND: Reading = {
  platform: 'linux',
  load,
  loadAverage: 0.1,
  timing: { windowNs: 50e6, windows: 16, workSpread: 0.01, echoSpread: 0.05 },
  cpuCount: 8,
  cpuCountOfMachine: 8,
  cpuQuota: Number.POSITIVE_INFINITY,
  virtualized: false,
  governors: ['performance'],
  turbo: { isOn: false, file: '/sys/devices/system/cpu/intel_pstate/no_turbo' },
  clockSource: 'tsc',
  clockSources: ['tsc', 'hpet'],
  clockStepNs: 30,
  timerSlackNs: 50_000,
  nodeVersion: '22.20.0',
  debugging: [],
  uvThreadpoolSize: '16',
  ffiRefusal: undefined,
  ioUringRefusal: undefined,
  ioUringDisabled: 0,
  straceVersion: '6.1',
  openFiles: 20_000,
  somaxconn: 4096,
  ports: [32_768, 60_999],
  memoryAvailableBytes: 16 * GIB,
  data,
};
const checkOf = (name: string, reading: Partial<Reading>) =>
  examine({ ...SOUND, ...reading }).find((check) => check.name === name);

test('a sound machine is ok in every respect, and needs no remedy', () => {
  const checks = examine(SOUND);
  expect(checks.filter(({ state, remedy }) => state !== 'ok' || remedy !== undefined)).toEqual([]);
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
});

test.each<[name: string, reading: Partial<Reading>, finding: RegExp, remedy: RegExp]>([
  ['CPUs', { cpuCount: 1 }, /^1 of the machine's 8/, /taskset/],
  ['CPU quota', { cpuQuota: 1.5 }, /1\.50 CPUs' time for 8 CPUs/, /docker update/],
  [
    'other load',
    { load: { ...load, otherShare: 0.1 } },
    /use 10 % of the CPU time; load average 0\.10/,
    /^top/,
  ],
  ['steal time', { load: { ...load, stealShare: 0.02 } }, /takes 2\.0 %/, /dedicated host/],
  [
    'governor',
    { governors: ['performance', 'powersave'] },
    /^powersave/,
    /^echo performance \| sudo tee \S+scaling_governor$/,
  ],
  [
    'timing',
    { timing: { windowNs: 50e6, windows: 16, workSpread: 0.02, echoSpread: 0.25 } },
    /echo .* by 25 %: here quick shows differences from .* × on/,
    /--trials 12/,
  ],
  ['clock source', { clockSource: 'hpet' }, /^hpet/, /^echo tsc \| sudo tee/],
  ['clock source', { clockSource: 'hpet', clockSources: ['hpet', 'acpi_pm'] }, /^hpet/, /tsc=reliable/],
  ['clock step', { clockStepNs: 4_000_000 }, /^4ms/, /available_clocksource/],
  ['clock step', { clockStepNs: Number.POSITIVE_INFINITY }, /stands still/, /available_clocksource/],
  ['Node', { nodeVersion: '20.18.3' }, /older than 20\.19/, /nvm install/],
  ['Node', { nodeVersion: '18.20.0' }, /older than 20\.19/, /nvm install/],
  ['debugging', { debugging: ['NODE_OPTIONS has --inspect'] }, /--inspect/, /env -u NODE_OPTIONS/],
  ['libuv pool', { uvThreadpoolSize: 'many' }, /UV_THREADPOOL_SIZE=many/, /^unset/],
  ['libuv pool', { uvThreadpoolSize: '0' }, /^1 thread: .*UV_THREADPOOL_SIZE=0$/, /^unset/],
  ['libuv pool', { uvThreadpoolSize: '-1' }, /^1,024 threads: .*UV_THREADPOOL_SIZE=-1$/, /^unset/],
  ['system calls', { ffiRefusal: 'no koffi' }, /no koffi/, /npm rebuild koffi/],
  ['open files', { openFiles: 4096 }, /^4096 per process/, /^ulimit -Hn 11024/],
  ['backlog', { somaxconn: 128 }, /^128 connections/, /sysctl net\.core\.somaxconn=/],
  ['ports', { ports: [40_000, 49_999] }, /^10000 for/, /ip_local_port_range="1024 65535"/],
  ['memory', { memoryAvailableBytes: 0.5 * GIB }, /^0\.5 GiB/, /rss/],
  ['data files', { data: { ...data, fileSystem: 'tmpfs' } }, /^tmpfs in \/data: no disk/, /--data DIR/],
  ['data files', { data: { ...data, fileSystem: 'nfs4' } }, /another machine/, /--data DIR/],
  ['data files', { data: { ...data, freeBytes: 0.1 * GIB } }, /0\.1 GiB free/, /--data DIR/],
  ['data files', { data: { ...data, refusal: 'EACCES' } }, /EACCES/, /--data DIR/],
])('%s: a doubt', (name, reading, finding, remedy) => {
  const check = checkOf(name, reading);
  expect(check?.state).toBe('doubt');
  expect(check?.finding).toMatch(finding);
  expect(check?.remedy).toMatch(remedy);
});

test.each<[name: string, reading: Partial<Reading>, finding: RegExp, remedy?: RegExp]>([
  ['CPUs', { cpuCount: 2, cpuCountOfMachine: 2 }, /^2: models with many threads/],
  ['CPUs', { virtualized: true }, /virtual machine/],
  [
    'turbo',
    { turbo: { isOn: true, file: '/sys/devices/system/cpu/intel_pstate/no_turbo' } },
    /^on/,
    /^echo 1 \| .*no_turbo$/,
  ],
  [
    'turbo',
    { turbo: { isOn: true, file: '/sys/devices/system/cpu/cpufreq/boost' } },
    /^on/,
    /^echo 0 \| .*boost$/,
  ],
  ['libuv pool', { uvThreadpoolSize: undefined }, /^4 threads/, /UV_THREADPOOL_SIZE=32/],
  [
    'io_uring',
    { ioUringRefusal: 'EPERM', ioUringDisabled: 2 },
    /EPERM/,
    /sysctl kernel\.io_uring_disabled=0/,
  ],
  ['io_uring', { ioUringRefusal: 'EPERM' }, /EPERM/, /seccomp/],
  ['strace', { straceVersion: undefined }, /not installed/, /apt-get install strace/],
  ['O_DIRECT', { data: { ...data, takesDirect: false } }, /refuses/, /--data DIR/],
  ['timer slack', { ffiRefusal: 'no koffi' }, /^50us/],
])('%s: a note', (name, reading, finding, remedy) => {
  const check = checkOf(name, reading);
  expect(check?.state).toBe('note');
  expect(check?.finding).toMatch(finding);
  if (remedy) expect(check?.remedy).toMatch(remedy);
});

test('off Linux, checks that cannot be made report so, and raise no doubts', () => {
  const checks = examine({
    ...SOUND,
    platform: 'darwin',
    load: undefined,
    cpuQuota: undefined,
    governors: [],
    turbo: undefined,
    clockSource: undefined,
    timerSlackNs: undefined,
    straceVersion: undefined,
    openFiles: Number.POSITIVE_INFINITY,
    somaxconn: undefined,
    ports: undefined,
    ioUringRefusal: 'io_uring is Linux’s, and this is darwin',
    data: { ...data, takesDirect: undefined },
  });
  const noted = checks.filter(({ state }) => state !== 'ok');
  expect(noted.filter(({ finding }) => /darwin/.test(finding)).map(({ name }) => name)).toEqual([
    'CPU quota',
    'other load',
    'steal time',
    'governor',
    'turbo',
    'clock source',
    'timer slack',
    'io_uring',
    'strace',
    'open files',
    'backlog',
    'ports',
    'O_DIRECT',
  ]);
  expect(noted.filter(({ state }) => state === 'doubt')).toEqual([]);
});

describe('the quota of a container', () => {
  const reading = (files: Record<string, string>) => (file: string) => files[file];

  test('is the smallest of its groups, of either version', () => {
    const v2 = {
      '/proc/self/cgroup': '0::/a/b',
      '/sys/fs/cgroup/a/b/cpu.max': 'max 100000',
      '/sys/fs/cgroup/a/cpu.max': '150000 100000',
    };
    expect(readCpuQuota(reading(v2))).toBe(1.5);
    const v1 = {
      '/proc/self/cgroup': '4:memory:/m\n3:cpu,cpuacct:/c\n0::/',
      '/sys/fs/cgroup/cpu/c/cpu.cfs_quota_us': '50000',
      '/sys/fs/cgroup/cpu/c/cpu.cfs_period_us': '100000',
    };
    expect(readCpuQuota(reading(v1))).toBe(0.5);
  });

  test('is none where none is set, and unknown where the system does not tell', () => {
    const unlimited = {
      '/proc/self/cgroup': '1:cpu:/\n0::/',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
    };
    expect(readCpuQuota(reading(unlimited))).toBe(Number.POSITIVE_INFINITY);
    expect(readCpuQuota(reading({}))).toBeUndefined();
  });
});
