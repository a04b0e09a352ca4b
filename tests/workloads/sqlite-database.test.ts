import { expect, test } from 'vitest';
import { firstOf } from '../../src/workloads/sqlite-database.ts';

test('where there is no SQLite, it is said what installs one', () => {
  expect(() => firstOf([() => undefined, () => undefined])).toThrow(
    expect.objectContaining({
      name: 'UnsupportedError',
      message: expect.stringMatching(/no node:sqlite.*npm install libsql/),
    }),
  );
});
