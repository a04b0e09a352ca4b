/** What a run says of its machine before it begins. */
import os from 'node:os';
import { expect, test } from 'vitest';
import { models } from '../../src/models/index.ts';
import { programs } from '../../src/programs/index.ts';
import { headerSchema } from '../../src/result.ts';
import { describedModel } from '../../src/run/described-model.ts';
import type { Fixtures } from '../../src/run/processes/fixtures.ts';
import { load } from '../compiled.ts';

test('a run says of its models and programs all that a report shows of them', () => {
  const described = [...models, ...programs].map(describedModel);
  expect(headerSchema.shape.models.parse(JSON.parse(JSON.stringify(described)))).toEqual(described);
  for (const { style, drawing } of described) expect([style, drawing]).not.toContain(undefined);
  expect(described.filter(({ isBaseline }) => isBaseline).map(({ name }) => name)).toEqual(['sync-blocking']);
});

test('a run that is long enough stores how evenly the machine ran; a short one does not wait for it', async () => {
  const { createHeader } =
    await load<typeof import('../../src/commands/run-header.ts')>('commands/run-header.js');
  const place = { fixtures: { directory: os.tmpdir() } as Fixtures, workloadFile: undefined };
  const headerOf = (expectedNs: number) =>
    createHeader({ cells: [], seed: 1, trials: 3, expectedNs }, 'timed', place);
  const [long, short] = [headerSchema.parse(await headerOf(60e9)), headerSchema.parse(await headerOf(1e9))];
  expect(long.environment.timing).toMatchObject({ windowNs: 50e6, workSpread: expect.any(Number) });
  expect(short.environment).not.toHaveProperty('timing');
});

test('a launcher is stored without the password in one of its URLs', async () => {
  const { createHeader } =
    await load<typeof import('../../src/commands/run-header.ts')>('commands/run-header.js');
  const place = { fixtures: { directory: os.tmpdir() } as Fixtures, workloadFile: undefined };
  const launchers = { measured: ['env', 'PROXY=http://me:secret@127.0.0.1:1/'] };
  const header = await createHeader({ cells: [], seed: 1, trials: 3, expectedNs: 1, launchers }, 'l', place);
  expect(header.launchers).toEqual({ measured: ['env', 'PROXY=http://***@127.0.0.1:1/'] });
});
