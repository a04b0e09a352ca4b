/** On which CPUs a process that is started may run. */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { cpusOf, maskOf, onCpus, ownCpus } from '../../src/engines/affinity.ts';

test('a mask has a bit per CPU', () => {
  for (const cpus of [[0], [0, 7, 8], [63, 64, 8191]]) expect(cpusOf(maskOf(cpus))).toEqual(cpus);
  expect([...maskOf([0, 9]).slice(0, 2)]).toEqual([1, 2]);
});

const before = ownCpus();

describe.skipIf(os.platform() !== 'linux' || before === undefined)('on Linux', () => {
  const allowed = () => {
    const { stdout } = spawnSync('cat', ['/proc/self/status'], { encoding: 'utf8' });
    return /Cpus_allowed_list:\s*(\S+)/.exec(stdout)?.[1];
  };

  test.each((before ?? []).slice(0, 2))(
    'what is started for CPU %i stays there, and who started it does not',
    (cpu) => {
      expect(onCpus([cpu], allowed)).toBe(String(cpu));
      expect(ownCpus()).toEqual(before);
    },
  );

  test('whatever happens meanwhile', () => {
    const failing = () => {
      throw new Error('not started');
    };
    expect(() => onCpus([before?.[0] ?? 0], failing)).toThrow('not started');
    expect(ownCpus()).toEqual(before);
  });

  test('a CPU that is not there is refused', () => {
    expect(() => onCpus([8000], allowed)).toThrow(/does not place processes on these CPUs: EINVAL/);
    expect(() => onCpus([before?.[0] ?? 0, 8000], allowed)).toThrow(/may not use CPU 8000/);
    expect(ownCpus()).toEqual(before);
  });
});
