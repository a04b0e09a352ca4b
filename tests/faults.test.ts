/**
 * A seeded part of the campaign of `npm run faults` (docs/faults.md), and whether the campaign finds what it
 * looks for.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { problemsOf } from '../scripts/faults/account.ts';
import { Attempt, Hang } from '../scripts/faults/attempt.ts';
import { numbersOf, perform } from '../scripts/faults/campaign.ts';
import { spoiltLine } from '../scripts/faults/command-lines.ts';
import type { Kind } from '../scripts/faults/kind.ts';
import { kinds } from '../scripts/faults/kinds.ts';
import { serveBadly } from '../scripts/faults/misbehaving-server.ts';
import { misbehaviours } from '../scripts/faults/misbehaviours.ts';
import { Place } from '../scripts/faults/place.ts';
import { escapeIn, stackTraceIn, visible } from '../scripts/faults/printed.ts';
import { MARK } from '../scripts/faults/processes.ts';
import { randomFrom } from '../src/load/random.ts';
import { workspace } from './workspace.ts';

/** Together about a minute on two quiet CPUs, by the time that a try of each kind is expected to take. */
const SHARES: Readonly<Record<string, number>> = {
  'kill-command': 0.05,
  'kill-measured': 0.05,
  'kill-peer': 0.05,
  results: 0.014,
  'command-lines': 0.05,
  workloads: 0.075,
  servers: 0.035,
};
const whyNot =
  process.platform === 'linux'
    ? undefined
    : 'processes are found by their environment in /proc, which is of Linux';
if (whyNot) console.log(`skipped: ${whyNot}`);

describe.skipIf(whyNot !== undefined)('nothing is lost, invented or left behind', () => {
  test.each(kinds)('$what', { timeout: 900_000 }, async (kind) => {
    const share = SHARES[kind.name] ?? expect.unreachable(`what share of ${kind.name} is tried?`);
    const [result] = await perform([kind], { seed: 1, share });
    const again = ({ number }: { number: number }) =>
      `npm run faults -- --seed 1 --only ${kind.name} --number ${number}`;
    expect(result?.faults.map((fault) => `${fault.name}: ${fault.detail}; again: ${again(fault)}`)).toEqual(
      [],
    );
    expect(result?.tries).toBe(numbersOf(kind, { seed: 1, share }).length);
  });
});

/** One try, in a folder of its own, of what `work` does. */
async function attempted(work: (attempt: Attempt) => Promise<void>, limitMs = 60_000): Promise<Attempt> {
  const place = new Place(workspace(), `test-${process.pid}-${performance.now()}-`);
  onTestFinished(() => place.remove());
  const attempt = new Attempt({ number: 1, random: randomFrom(1), place, limitMs });
  await work(attempt);
  return attempt;
}
const namesOf = ({ faults }: Attempt) => faults.map(({ name }) => name);

describe.skipIf(whyNot !== undefined)('the campaign finds', () => {
  test('a command that hangs, and ends it', async () => {
    const attempt = await attempted(async (each) => {
      writeFileSync(path.join(each.place.folder, 'loops.mjs'), 'for (;;);');
      await expect(each.run(['list', '-w', 'loops.mjs'])).rejects.toThrow(Hang);
      expect(await each.place.orphans()).toEqual([]);
    }, 3_000);
    expect(namesOf(attempt)).toEqual(['hang']);
  });

  test('a process that was left behind, whoever its parent is, and files', async () => {
    const attempt = await attempted(async (each) => {
      const script = 'setsid sleep 60 & exit 0';
      spawn('bash', ['-c', script], { env: { ...process.env, [MARK]: each.place.mark }, stdio: 'ignore' });
      mkdirSync(path.join(each.place.data, 'iobench-1-left'));
      await each.leave();
    });
    expect(namesOf(attempt)).toEqual(['orphan', 'leftover']);
  });

  test('wrong exit codes', async () => {
    // Node's own, for an option that it does not know.
    const attempt = await attempted(
      async (each) => void (await each.end(each.place.start(['list'], { NODE_OPTIONS: '--no-such-option' }))),
    );
    expect(namesOf(attempt)).toContain('other');
  });

  test('its own mistakes', async () => {
    const perform1 = () => Promise.reject(new Error('a mistake'));
    const kind: Kind = {
      name: 'wrong',
      what: 'is wrong',
      tries: 1,
      secondsPerTry: 1,
      limitSeconds: 1,
      perform: perform1,
    };
    const [result] = await perform([kind], { seed: 1, share: 1 });
    expect(result?.faults).toMatchObject([{ name: 'other', detail: expect.stringContaining('a mistake') }]);
  });
});

test('stack traces and escape sequences are told from other text', () => {
  expect(stackTraceIn('Error: x\n    at run (/a/b.ts:1:2)\n')).toBe('at run (/a/b.ts:1:2)');
  expect(stackTraceIn('Error: x\n    at async Promise.all (index 0)\n    at file:///a.js:3:4')).toBe(
    'at file:///a.js:3:4',
  );
  expect(stackTraceIn('\nNode.js v20.20.2\n')).toBe('Node.js v20.20');
  expect(stackTraceIn('  at 8 clients it carries 5 k/s\n  look at p99:20')).toBeUndefined();
  for (const control of ['\u001b[31m', '\u0007', '\u009b2J', 'a\rb', '\0', '\u007f'])
    expect(escapeIn(`x${control}y`)).toBeDefined();
  expect(escapeIn('a table:\t│ 1.5 µs · é 🔥\r\n')).toBeUndefined();
  expect(visible('\u001b[31mred\n  next\u009b')).toBe('\\u001b[31mred / next\\u009b');
});

describe('the account of a trial', () => {
  const account = {
    atOpening: 2,
    due: 100,
    completed: 90,
    failed: 3,
    shed: 4,
    atClose: 5,
    drained: 2,
    failedDraining: 1,
    unfinished: 2,
  };
  const load = { kind: 'open', ratePerSecond: 1000, arrivals: 'constant' } as const;
  const trial = { cell: { load }, windowNs: 100e6, completed: 90, failed: 3, shed: 4, unfinished: 2 };
  const problems = (changed: object, stored: object | null = account) =>
    problemsOf({ ...trial, ...changed, ...(stored ? { conservation: stored } : {}) } as unknown as Parameters<
      typeof problemsOf
    >[0]);

  test('that holds is not complained about', () => expect(problems({})).toEqual([]));
  test.each([
    ['a request that vanished in the window', {}, { ...account, completed: 89 }],
    ['a request that vanished while draining', {}, { ...account, drained: 1 }],
    ['another figure than the trial has', { completed: 91 }, account],
    ['fewer due than the rate makes', { windowNs: 200e6 }, account],
  ])('%s', (_what, changed, stored) => expect(problems(changed, stored)).not.toEqual([]));
  test('where there is none, the rate is held against the figures', () => {
    expect(problems({}, null)).toEqual([]);
    expect(problems({ windowNs: 500e6 }, null)).toEqual([
      'about 500 were due by its rate, 99 are in a figure',
    ]);
  });
});

/**
 * Asks once: what came until the answer was whole, or the server closed, or nothing more is to be expected.
 */
function askOnce(url: string, isWhole: (received: string) => boolean): Promise<string> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  return new Promise((resolve) => {
    let received = '';
    setTimeout(() => resolve(received), 1_000);
    socket.on('error', () => {}).once('close', () => resolve(received));
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      if (isWhole(received)) resolve(received);
    });
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  });
}

test.each(misbehaviours)('the server that $name gives what its literal says', async (misbehaviour) => {
  const server = await serveBadly(misbehaviour);
  onTestFinished(() => server.close());
  const isWhole = (received: string) =>
    /^(?:HTTP\/1\.1 103 .*\r\n(?:.+\r\n)*\r\n)?HTTP\/1\.[01] 200 OK\r\n(?:.+\r\n)*\r\nhello/.test(received);
  const received = await askOnce(server.url, isWhole);
  expect(server.asked()).toBeLessThanOrEqual(1);
  expect(server.given()).toBeLessThanOrEqual(server.asked());
  if (misbehaviour.isFair)
    expect({ isWhole: isWhole(received), given: server.given() }).toEqual({ isWhole: true, given: 1 });
});

test('a try is the same for the same seed and number, and a share for the same seed', () => {
  const kind = kinds[0] as Kind;
  expect(spoiltLine(randomFrom(1))).toEqual(spoiltLine(randomFrom(1)));
  expect(numbersOf(kind, { seed: 1, share: 0.1 })).toEqual(numbersOf(kind, { seed: 1, share: 0.1 }));
  expect(numbersOf(kind, { seed: 1, share: 0.1 })).not.toEqual(numbersOf(kind, { seed: 2, share: 0.1 }));
  expect(new Set(numbersOf(kind, { seed: 1, share: 1 })).size).toBe(kind.tries);
});
