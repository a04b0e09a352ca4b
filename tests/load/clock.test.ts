import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { nowNs } from '../../src/load/clock.ts';
import { compiledUrl } from '../compiled.ts';

test('never runs backwards', () => {
  const readings = Array.from({ length: 100_000 }, nowNs);
  expect(readings.every((now, index) => index === 0 || now >= (readings[index - 1] as number))).toBe(true);
});

test('is the same clock in every thread: a reading between two of ours lies between them', async () => {
  const source = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(compiledUrl('load/clock.js'))}).then(({ nowNs }) => {
      parentPort.on('message', () => parentPort.postMessage(nowNs()));
      parentPort.postMessage('ready');
    });`;
  const worker = new Worker(source, { eval: true });
  const answer = () => new Promise<unknown>((resolve) => worker.once('message', resolve));
  await answer();
  for (let time = 0; time < 50; time++) {
    const before = nowNs();
    const answered = answer();
    worker.postMessage('now?');
    const there = (await answered) as number;
    // Each thread's offset was read to within a few microseconds.
    expect(there).toBeGreaterThan(before - 20e3);
    expect(there).toBeLessThan(nowNs() + 20e3);
  }
  await worker.terminate();
});
