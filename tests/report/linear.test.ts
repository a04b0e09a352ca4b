/** A report of four times as many sets of parameters takes four times the work, and not sixteen times. */
import { describe, expect, test } from 'vitest';
import { pictureLook } from '../../src/report/charts/look.ts';
import { pictureCharts } from '../../src/report/charts/pictures.ts';
import { type FormatName, formats } from '../../src/report/index.ts';
import { summarise } from '../../src/report/summary/document.ts';
import type { Capacity, Cell, RunDocument } from '../../src/result.ts';
import * as sample from './sample.ts';

const FEW = 12;
const MODELS = ['epoll', 'poll'];

/**
 * A run of one workload with so many sets of parameters, a note of its own in each, and a capacity for each.
 */
function documentOf(sets: number): RunDocument {
  // What is summarised of a cell's trials is the same for all: it takes most of the time, and is not what is
  // counted.
  const trials = MODELS.flatMap((model, index) =>
    [1, 2, 3].map((trial) =>
      sample.measured(sample.cellOf(model), trial, { medianNs: 250e3 * (1 + index), count: 1200 }),
    ),
  );
  const one = summarise(sample.runOf(sample.headerOf(MODELS, { trials: 3 }), trials));
  const numbers = Array.from({ length: sets }, (_, index) => index + 1);
  const capacities = numbers.flatMap((messageSize) =>
    MODELS.map(
      (model): Capacity => ({
        kind: 'capacity',
        cell: { model, workload: 'tcp-echo', params: { messageSize } },
        objective: 'p99<20ms',
        ratePerSecond: 1000,
        steps: [{ ratePerSecond: 1000, kept: true, measured: 'p99 12 ms' }],
      }),
    ),
  );
  const cells = numbers.flatMap((messageSize) =>
    one.cells.map(
      (cell): Cell => ({
        ...cell,
        params: { messageSize },
        ...(cell.status === 'measured' ? { notes: [`note ${messageSize}`] } : {}),
      }),
    ),
  );
  return { ...one, cells, capacities };
}

/** How often somebody looks at what tells cells and capacities from each other. */
function counted(document: RunDocument): { document: RunDocument; looks: () => number } {
  let looks = 0;
  const watched = <Item extends { params: unknown }>(item: Item): Item => {
    const { params } = item;
    return Object.defineProperty({ ...item }, 'params', {
      enumerable: true,
      get: () => {
        looks++;
        return params;
      },
    });
  };
  return {
    document: {
      ...document,
      cells: document.cells.map(watched),
      capacities: (document.capacities ?? []).map((capacity) => ({
        ...capacity,
        cell: watched(capacity.cell),
      })),
    },
    looks: () => looks,
  };
}

const few = documentOf(FEW);
const many = documentOf(4 * FEW);

/** As the pictures of the runs would be called. */
const chartsOf = (document: RunDocument) =>
  pictureCharts(document, pictureLook('light')).map(({ name }) => `charts/${name}.png`);

describe('the work', () => {
  test.each(['markdown', 'text', 'csv'] as FormatName[])('for %s', async (format) => {
    const counts: number[] = [];
    const sizes: number[] = [];
    for (const document of [few, many]) {
      const charts = chartsOf(document);
      const { document: watched, looks } = counted(document);
      const rendered = await formats[format](watched, { width: 80, color: false, charts });
      counts.push(looks());
      sizes.push(rendered.length);
      if (format === 'markdown') expect(rendered.match(/!\[/g)).toHaveLength(charts.length);
    }
    expect(counts[0]).toBeGreaterThan(FEW);
    expect((counts[1] ?? 0) / (counts[0] ?? 0)).toBeLessThan(5);
    expect((sizes[1] ?? 0) / (sizes[0] ?? 0)).toBeLessThan(5);
  });

  test('for pictures, of which a sweep is one', () => {
    const counts = [few, many].map((document) => {
      const { document: watched, looks } = counted(document);
      const names = pictureCharts(watched, pictureLook('light')).map(({ name }) => name);
      expect(names.filter((name) => name.startsWith('sweep-'))).toEqual([
        'sweep-tcp-echo--messagesize--throughput',
        'sweep-tcp-echo--messagesize--cpu',
      ]);
      expect(new Set(names).size).toBe(names.length);
      return looks();
    });
    expect((counts[1] ?? 0) / (counts[0] ?? 0)).toBeLessThan(5);
  });
});

test('of each parameter that was swept there is one picture', () => {
  const [cell] = few.cells;
  if (cell === undefined) return expect.unreachable();
  const cells = [1, 2, 3].flatMap((a) => [10, 20].map((b): Cell => ({ ...cell, params: { a, b } })));
  const sweeps = pictureCharts({ ...few, cells, capacities: [] }, pictureLook('light')).filter(({ name }) =>
    name.endsWith('--throughput'),
  );
  expect(sweeps.map(({ name, table }) => [name, table.head.slice(1)])).toEqual([
    ['sweep-tcp-echo--a--throughput', ['a 1', 'a 2', 'a 3']],
    ['sweep-tcp-echo--b--throughput', ['b 10', 'b 20']],
  ]);
});
