/** What a run says of its machine before it begins. */
import os from 'node:os';
import { expect, test } from 'vitest';
import { headerSchema } from '../../src/result.ts';
import type { Fixtures } from '../../src/run/processes/fixtures.ts';
import { load } from '../compiled.ts';

test('a run that is long enough stores how evenly the machine ran; a short one does not wait for it', async () => {
  const { createHeader } = await load<typeof import('../../src/commands/run-header.ts')>('commands/run-header.js');
  const place = { fixtures: { directory: os.tmpdir() } as Fixtures, workloadFile: undefined };
  const headerOf = (expectedNs: number) => createHeader({ cells: [], seed: 1, trials: 3, expectedNs }, 'timed', place);
  const [long, short] = [headerSchema.parse(await headerOf(60e9)), headerSchema.parse(await headerOf(1e9))];
  expect(long.environment.timing).toMatchObject({ windowNs: 50e6, workSpread: expect.any(Number) });
  expect(short.environment).not.toHaveProperty('timing');
});
