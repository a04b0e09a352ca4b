import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { formatCpus } from '../../src/quantity.ts';
import { parseCpus, requirePlacement } from '../../src/run/placement.ts';

describe('a list of CPUs', () => {
  test.each([
    ['0', [0], '0'],
    ['0,2-3', [0, 2, 3], '0, 2-3'],
    ['3, 1-2,2', [1, 2, 3], '1-3'],
  ])('%s', (written, cpus, shown) => {
    expect(parseCpus('--cpus-peers', written)).toEqual(cpus);
    expect(formatCpus(cpus)).toBe(shown);
  });
  test.each(['', 'all', '-1', '3-1', '0;1', '1-', '99999'])('not %j', (written) => {
    expect(() => parseCpus('--cpus-peers', written)).toThrow(UserError);
  });
});

describe('a placement', () => {
  test('without any CPUs is possible anywhere', () => requirePlacement({}));

  test.runIf(os.platform() === 'linux')(
    'names the option whose CPU does not exist, and those that do',
    () => {
      requirePlacement({ measured: [0], peers: [0] });
      const refused = () => requirePlacement({ measured: [0], generators: [0, 8000] });
      expect(refused).toThrow('--cpus-generators: there is no CPU 8000');
      expect(refused).toThrow(
        expect.objectContaining({ hint: expect.stringMatching(/^this machine has 0/) }),
      );
    },
  );

  if (os.platform() !== 'linux')
    test('needs Linux', () => {
      expect(() => requirePlacement({ measured: [0] })).toThrow(/^--cpus-measured needs Linux/);
    });
});
