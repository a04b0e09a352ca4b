/** Processes that have started and wait for their work. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { load } from '../../compiled.ts';

const { Standby } =
  await load<typeof import('../../../src/run/processes/standby.ts')>('run/processes/standby.js');

const WAITS = `
console.log('started');
process.on('disconnect', () => process.exit());
process.on('message', ({ ends }) => ends ? process.exit(7) : process.send({ kind: 'answer', pid: process.pid }));
process.send({ kind: 'ready', pid: process.pid });`;
const ENDS_THE_FIRST_TIME = `
import { existsSync, writeFileSync } from 'node:fs';
const mark = new URL('./mark', import.meta.url);
if (!existsSync(mark)) { writeFileSync(mark, ''); process.exit(); }
${WAITS}`;

let folder: string;
let module: URL;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'standby-'));
  module = write('waits.mjs', WAITS);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): URL {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

interface Message {
  readonly kind: string;
  readonly pid: number;
}

/** Collects messages and output, and waits for the first of a kind. */
function listener() {
  const messages: Message[] = [];
  let output = '';
  let look = () => {};
  return {
    received: (message: unknown) => {
      messages.push(message as Message);
      look();
    },
    output: (text: string) => {
      output += text;
    },
    printed: () => output,
    first: (kind: string) =>
      new Promise<Message>((resolve) => {
        look = () => {
          const found = messages.find((message) => message.kind === kind);
          if (found) resolve(found);
        };
        look();
      }),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const settled = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('what it sent and printed while it waited is received when it is taken', async () => {
  const standby = new Standby(module);
  standby.prepare();
  standby.prepare();
  await settled(700);
  const own = listener();
  const child = standby.take(own);
  const { pid } = await own.first('ready');
  expect(own.printed()).toBe('started\n');
  child.send({});
  expect((await own.first('answer')).pid).toBe(pid);
  child.kill();
  await child.ended;
});

test('without one that waits, another is started', async () => {
  const standby = new Standby(module);
  const [first, second] = [listener(), listener()];
  const children = [standby.take(first), standby.take(second)];
  expect((await first.first('ready')).pid).not.toBe((await second.first('ready')).pid);
  for (const child of children) child.kill();
  await Promise.all(children.map(({ ended }) => ended));
});

test('one that ended while it waited is not given to anybody', async () => {
  const standby = new Standby(write('first-ends.mjs', ENDS_THE_FIRST_TIME));
  standby.prepare();
  await settled(700);
  const own = listener();
  const child = standby.take(own);
  expect(isAlive((await own.first('ready')).pid)).toBe(true);
  child.send({ ends: true });
  expect((await child.ended).code).toBe(7);
});

test('ending it leaves no process', async () => {
  const standby = new Standby(module);
  const own = listener();
  standby.prepare();
  const child = standby.take(own);
  const { pid } = await own.first('ready');
  standby.prepare();
  await standby.end();
  await standby.end();
  expect(isAlive(pid)).toBe(true);
  child.kill();
  await child.ended;
  expect(isAlive(pid)).toBe(false);
});

test('what a start takes is measured with the one that is taken next', async () => {
  const standby = new Standby(write('slow.mjs', `await new Promise((go) => setTimeout(go, 400));${WAITS}`));
  const startNs = await standby.measureStart();
  expect(startNs).toBeGreaterThan(400e6);
  expect(startNs).toBeLessThan(3e9);
  expect(await standby.measureStart()).toBe(startNs);
  const own = listener();
  const child = standby.take(own);
  await own.first('ready');
  child.kill();
  await child.ended;
});

test('where one ends instead of starting, the usual time is taken for it', async () => {
  expect(await new Standby(write('ends.mjs', 'process.exit()')).measureStart()).toBe(0.3e9);
});
