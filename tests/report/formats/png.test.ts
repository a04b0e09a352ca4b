import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summarise } from '../../../src/report/summary/document.ts';
import { load } from '../../compiled.ts';
import * as sample from '../sample.ts';

const { renderPngs } =
  await load<typeof import('../../../src/report/formats/png.ts')>('report/formats/png.js');

test('charts become pictures of a slide’s shape, with something on them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'iobench-png-'));
  try {
    const paths = await renderPngs(summarise(sample.fiveModels()), folder);
    expect(paths).toEqual(
      ['throughput', 'curve', 'latency', 'percentiles', 'cpu'].map((kind) => `charts/${kind}-tcp-echo.png`),
    );
    expect(
      await renderPngs(summarise(sample.fiveModels()), folder, { theme: 'dark', only: ['spread'] }),
    ).toEqual(['charts/spread-tcp-echo.png']);
    for (const path of paths) {
      const picture = await readFile(join(folder, path));
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([2560, 1440]);
      // An empty picture of this size takes some 15 kB.
      expect(picture.length).toBeGreaterThan(40_000);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 30_000);

test('a failure to draw is told', async () => {
  await expect(renderPngs(summarise(sample.oneModel()), '/dev/null/nowhere')).rejects.toThrow(
    /cannot be written to .*: ENOTDIR/s,
  );
}, 30_000);
