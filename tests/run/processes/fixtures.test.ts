/** What a workload prepares: in a process of its own, with a limit, and again where that failed. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { sentenceOf } from '../../../src/reasons.ts';
import { createFixtures, measured, models, peerFile, workloadFile } from '../../measuring.ts';
import { workspace } from '../../workspace.ts';

const model = models.find(({ name }) => name === 'async-callback') ?? expect.unreachable();

/** Fixtures with a limit on each preparation, and a workload that prepares so. */
async function preparing(prepare: string, limitMs = 30_000) {
  const directory = workspace();
  const fixtures = createFixtures(directory, { prepareLimitMs: limitMs });
  onTestFinished(() => fixtures.remove());
  const text = `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
    import http from 'node:http';
    import { defineWorkload, sleep } from 'iobench';
    const directory = ${JSON.stringify(directory)};
    export default defineWorkload({ name: 'mine', summary: 'x', prepare: async ({ startPeer, signal, directory: own }) => { ${prepare} },
      *request() { yield* sleep(1e5); } });`;
  const { workload, reference } = await workloadFile(directory, 'mine.mjs', text);
  return { directory, fixtures, planned: { workload, reference } };
}

/** Of each of so many trials: measured, or why not. */
async function outcomes(
  { fixtures, planned }: Awaited<ReturnType<typeof preparing>>,
  trials: number,
): Promise<string[]> {
  const records = await measured({
    model,
    fixtures,
    ...planned,
    plan: { trials, durationNs: 20e6, warmupNs: 0 },
  });
  return records.map((record) => (record.status === 'measured' ? 'measured' : sentenceOf(record.reason)));
}

/** Counts the calls, in a file: each may be in a process of its own. */
const COUNTED = `appendFileSync(directory + '/calls', 'x');`;
const calls = (directory: string) => readFileSync(path.join(directory, 'calls'), 'utf8').length;

test('a preparation that failed is tried again by the next trial', async () => {
  const planned = await preparing(
    `${COUNTED} if (readFileSync(directory + '/calls', 'utf8').length === 1) throw new Error('not yet'); return {};`,
  );
  expect(await outcomes(planned, 3)).toEqual(['prepare failed: not yet', 'measured', 'measured']);
  expect(calls(planned.directory)).toBe(2);
});

test('a peer that ended before it listened is started again by the next trial', async () => {
  const directory = workspace();
  const peer = peerFile(directory, 'late.mjs', 'net.createServer()');
  writeFileSync(
    peer,
    `import fs from 'node:fs';\nif (!fs.existsSync('${peer}.once')) { fs.writeFileSync('${peer}.once', ''); process.exit(9); }\n${readFileSync(peer, 'utf8')}`,
  );
  const planned = await preparing(`return startPeer(new URL('${pathToFileURL(peer)}'));`);
  expect(await outcomes(planned, 2)).toEqual([
    'prepare failed: the peer late ended before it listened (exit code 9)',
    'measured',
  ]);
});

test('a preparation that fails is not tried for ever, and its files are removed each time', async () => {
  const planned = await preparing(
    `${COUNTED} writeFileSync(own + '/large', 'x'); throw new Error('the database is away');`,
  );
  expect(await outcomes(planned, 5)).toEqual(Array(5).fill('prepare failed: the database is away'));
  expect(calls(planned.directory)).toBe(3);
  // What is left says whose the folder is.
  expect(readdirSync(planned.fixtures.directory)).toEqual(['owner.json']);
});

test.each([
  ['loops', 'for (;;) {}'],
  ['waits for what does not come', 'await new Promise(() => {});'],
])('a preparation that %s ends at its limit', async (_how, prepare) => {
  const planned = await preparing(prepare, 5_000);
  expect(await outcomes(planned, 1)).toEqual(['prepare failed: it did not end within 5 s']);
});

/** Interrupts a preparation once it runs. */
async function interrupted({
  fixtures,
  planned,
  directory,
}: Awaited<ReturnType<typeof preparing>>): Promise<void> {
  const controller = new AbortController();
  const preparation = fixtures.get(planned, {}, { signal: controller.signal });
  const refused = expect(preparation).rejects.toThrow('it was interrupted');
  while (!existsSync(path.join(directory, 'calls'))) await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort();
  await refused;
}

test.each([
  ['loops', 'for (;;) {}'],
  ['waits for what does not come', 'await new Promise(() => {});'],
])('a preparation that %s is not waited for once the run is interrupted', async (_how, prepare) => {
  await interrupted(await preparing(`${COUNTED} ${prepare}`));
});

test('a preparation that is given up has a second to clean up', async () => {
  const waits = `await new Promise((resolve) => signal.addEventListener('abort', resolve));`;
  const prepared = await preparing(
    `${COUNTED} ${waits} writeFileSync(directory + '/clean', signal.reason.message); throw new Error('given up');`,
  );
  await interrupted(prepared);
  expect(readFileSync(path.join(prepared.directory, 'clean'), 'utf8')).toBe('it was interrupted');
});

test('what a preparation has left running goes on until the fixtures are removed', async () => {
  const { fixtures, planned } =
    await preparing(`const server = http.createServer((request, response) => response.end('here'));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: 'http://127.0.0.1:' + server.address().port, pid: process.pid };`);
  const { value } = await fixtures.get(planned, {});
  const { url, pid } = value as { url: string; pid: number };
  expect(pid).not.toBe(process.pid);
  expect(await (await fetch(url)).text()).toBe('here');
  await fixtures.remove();
  await expect(fetch(url)).rejects.toThrow();
});

test('a process of a preparation that was killed is the reason of the trials that needed it, and the next one prepares anew', async () => {
  const planned = await preparing(
    `${COUNTED} if (readFileSync(directory + '/calls', 'utf8').length === 1) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 30); return {};`,
  );
  const [first, second] = await outcomes(planned, 2);
  expect(first).toBe('the process of prepare ended (SIGKILL)');
  expect(second).toBe('measured');
});

test('a preparation may change its folder, and where it does the run stays', async () => {
  const here = process.cwd();
  const planned = await preparing(`process.chdir('/'); return {};`);
  expect(await outcomes(planned, 1)).toEqual(['measured']);
  expect(process.cwd()).toBe(here);
});
