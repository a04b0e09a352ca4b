/** What ends a trial, and what is said of it: limits, signals, processes that are stopped or left behind. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sentenceOf } from '../../src/reasons.ts';
import type { TrialRecord } from '../../src/result.ts';
import { createFixtures, type Measuring, measured, models, peerFile, workloadFile } from '../measuring.ts';
import { workspace } from '../workspace.ts';

const named = (name: string) => models.find((model) => model.name === name) ?? expect.unreachable();

/** Measures a workload of the user's, written as the fields of its literal, once. */
async function trialOf(
  fields: string,
  { model = 'async-callback', ...more }: Partial<Omit<Measuring, 'model'>> & { model?: string } = {},
) {
  const text = `import { defineWorkload, sleep } from 'iobench';
    export default defineWorkload({ name: 'mine', summary: 'x', ${fields} });`;
  const directory = workspace();
  const fixtures = createFixtures(directory);
  onTestFinished(() => fixtures.remove());
  const [trial] = await measured({
    fixtures,
    model: named(model),
    ...(await workloadFile(directory, 'mine.mjs', text)),
    ...more,
  });
  return trial as TrialRecord;
}

/** Requests of a millisecond; those after the first ones do something else. */
const AFTER = (requests: number, act: string) => `*request() {
  globalThis.begun = (globalThis.begun ?? 0) + 1;
  if (globalThis.begun > ${requests}) { ${act} }
  yield* sleep(1e6);
}`;
const LONG = { warmupNs: 0, durationNs: 60e9 };

const notesOf = (trial: TrialRecord | undefined) =>
  trial?.status === 'measured' ? trial.notes.map(sentenceOf) : [];

describe('a reason names what the measured process was doing', () => {
  const ends = 'process.exit(7);';
  test.each([
    ['connecting', AFTER(0, ends), 'connecting, and no request had ended', LONG],
    ['warming up', AFTER(12, ends), 'warming up', { ...LONG, warmupNs: 60e9 }],
    ['measuring', AFTER(30, ends), 'measuring', LONG],
    // The warm-up takes a request of each client, the window ten more.
    [
      'draining',
      AFTER(18, `yield* sleep(3e8); ${ends}`),
      'draining, with requests in flight',
      { ...LONG, requests: 10 },
    ],
  ])('%s', async (_when, fields, doing, plan) => {
    const trial = await trialOf(fields, { concurrencies: [8], plan });
    expect(trial).toMatchObject({
      status: 'failed',
      reason: `the measured process ended (exit code 7) while it was ${doing}`,
    });
  });
});

test('a trial that takes too long names what it was doing, and the option that gives it longer', async () => {
  const trial = await trialOf(AFTER(5, 'yield* sleep(3600e9);'), { plan: { ...LONG, timeLimitNs: 8e9 } });
  expect(trial).toMatchObject({
    status: 'failed',
    reason: 'it did not end within 8s: it was measuring (--time-limit sets a longer one)',
  });
});

test('clients that do not disconnect cost the trial a note, and nothing that was measured', async () => {
  const trial = await trialOf(
    '*connect() { return {}; }, *request() { yield* sleep(1e5); }, *disconnect() { for (;;) {} }',
  );
  expect(trial).toMatchObject({ status: 'measured', notes: [{ code: 'killed-leaving' }] });
  expect(notesOf(trial)).toEqual([
    expect.stringMatching(
      /^the measured process did not end by itself within 3 s .* was killed while it disconnected$/,
    ),
  ]);
});

test('a SIGINT to the measured process alone is a failure, and no interruption', async () => {
  const trial = await trialOf(AFTER(5, `process.kill(process.pid, 'SIGINT');`), { plan: LONG });
  expect(trial).toMatchObject({
    status: 'failed',
    reason: 'the measured process ended (SIGINT) while it was measuring',
  });
});

test('a message of a form that is not ours is no answer', async () => {
  const trial = await trialOf(
    AFTER(5, `process.send('hello'); process.send(null); process.send({ kind: 7 });`),
    { plan: { requests: 20 } },
  );
  expect(trial).toMatchObject({ status: 'measured' });
});

test.skipIf(process.platform === 'win32')(
  'what a request leaves behind is not waited for, and ends with the trial',
  async () => {
    const file = path.join(workspace(), 'pid');
    const leaves = `if (!globalThis.left) {
    const { spawn } = process.getBuiltinModule('node:child_process');
    globalThis.left = spawn('sleep', ['300'], { stdio: ['ignore', 'inherit', 'inherit'] });
    process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(file)}, String(globalThis.left.pid));
  }`;
    const startedMs = performance.now();
    const trial = await trialOf(AFTER(5, leaves), { plan: { requests: 20, warmupNs: 0 } });
    expect(trial).toMatchObject({ status: 'measured' });
    expect(performance.now() - startedMs).toBeLessThan(60_000);
    expect(await isGone(Number(readFileSync(file, 'utf8')))).toBe(true);
  },
);

/** A process that has been killed is there until its new parent has asked for it. */
async function isGone(pid: number): Promise<boolean> {
  for (let look = 0; look < 500; look++) {
    try {
      if (readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  process.kill(pid, 'SIGKILL');
  return false;
}

test('a peer that is stopped, and that no request needs, costs the trial a note', async () => {
  const directory = workspace();
  const peer = peerFile(
    directory,
    'stopped.mjs',
    `(setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 50), net.createServer())`,
  );
  const trial = await trialOf(
    `prepare: ({ startPeer }) => startPeer(new URL('${pathToFileURL(peer)}')), *request() { yield* sleep(1e6); }`,
    {
      plan: { warmupNs: 0, durationNs: 300e6 },
    },
  );
  expect(trial).toMatchObject({
    status: 'measured',
    peers: [],
    notes: [{ code: 'peer-silent', values: { peer: 'stopped' } }],
  });
  expect(notesOf(trial)).toEqual([expect.stringMatching(/^the peer stopped did not report within 1s/)]);
  // What the peer used is not known, and would count as what others used.
  expect(trial).not.toHaveProperty('machine');
});
