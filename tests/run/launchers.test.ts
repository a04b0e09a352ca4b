import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { parseLauncher } from '../../src/run/launchers.ts';

describe('a launcher', () => {
  test.each([
    ['nice -n 5', ['nice', '-n', '5']],
    [`  env "A=b c" 'D=$E;f' g\\ h `, ['env', 'A=b c', 'D=$E;f', 'g h']],
    [`env A= ""`, ['env', 'A=', '']],
  ])('%s', (written, words) => {
    expect(parseLauncher('--launcher-peers', written)).toEqual(words);
  });

  test.each(['', '  ', `''`, `nice "-n`, `nice '`, 'nice \\'])('not %j', (written) => {
    const parsed = () => parseLauncher('--launcher-peers', written);
    expect(parsed).toThrow(UserError);
    expect(parsed).toThrow(/^--launcher-peers ".*": /);
  });
});
