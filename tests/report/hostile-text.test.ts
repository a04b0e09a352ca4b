/** A result file may hold anything: no text of it steers what it is shown on, in any format. */
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { compareRuns } from '../../src/report/comparison/comparison.ts';
import { type ComparisonFormat, comparisonFormats } from '../../src/report/comparison/comparison-formats.ts';
import { renderSideBySide } from '../../src/report/comparison/side-by-side.ts';
import { htmlPage } from '../../src/report/formats/html.ts';
import { renderList } from '../../src/report/formats/list-page.ts';
import { type FormatName, formats, summarise } from '../../src/report/index.ts';
import { headerSchema, type RunDocument, recordSchema, type StoredRun } from '../../src/result.ts';
import { hostile, steering } from '../hostile.ts';
import * as sample from './sample.ts';

/** What is text in a record, wherever it stands, as a path; keys of tables are text, too. */
type Accepts = (value: unknown) => boolean;

/**
 * A record in which every text that may be anything was made hostile: each one is changed, and stays changed
 * if the record is still one that would be read. The same text becomes the same everywhere, as one that comes
 * from outside is.
 */
function spoiled<Value>(
  value: Value,
  accepts: Accepts,
  twin: (text: string) => string,
): { value: Value; texts: number } {
  let current: unknown = structuredClone(value);
  let texts = 0;
  const tryAll = (make: () => unknown) => {
    const changed = make();
    if (!accepts(changed)) return;
    current = changed;
    texts++;
  };
  for (const path of pathsOf(current)) {
    tryAll(() => changedAt(current, path, twin));
  }
  return { value: current as Value, texts };
}

type Path = readonly (string | number)[];

/**
 * Where texts stand. Of an object each key first, by its place, so that a changed key does not hide its
 * value. An encoded histogram is no text.
 */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (value === null || typeof value !== 'object') return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item], index) => {
    if (key === 'hdr') return [];
    return [...(isList ? [] : [[...path, index, 'key']]), ...pathsOf(item, [...path, index])];
  });
}

function changedAt(value: unknown, [index, ...rest]: Path, change: (text: string) => string): unknown {
  if (index === undefined) return change(value as string);
  if (Array.isArray(value))
    return value.map((item, each) => (each === index ? changedAt(item, rest, change) : item));
  const entries = Object.entries(value as object).map(([key, item], each) => {
    if (each !== index) return [key, item];
    return rest[0] === 'key' ? [change(key), item] : [key, changedAt(item, rest, change)];
  });
  return Object.fromEntries(entries);
}

/** A whole run with hostile texts, and how many there are. */
function hostileRun(run: StoredRun, seed: number): { run: StoredRun; texts: number } {
  const random = randomFrom(seed);
  const twins = new Map<string, string>();
  const twin = (text: string) => {
    const known = twins.get(text) ?? hostile(text, random);
    twins.set(text, known);
    return known;
  };
  let texts = 0;
  const each = <Value>(value: Value, accepts: Accepts): Value => {
    const outcome = spoiled(value, accepts, twin);
    texts += outcome.texts;
    return outcome.value;
  };
  const isRecord: Accepts = (value) => recordSchema.safeParse(value).success;
  const spoiledRun: StoredRun = {
    header: each(run.header, (value) => headerSchema.safeParse(value).success),
    trials: run.trials.map((trial) => each(trial, isRecord)),
    ...(run.steps ? { steps: run.steps.map((step) => each(step, isRecord)) } : {}),
    ...(run.capacities ? { capacities: run.capacities.map((capacity) => each(capacity, isRecord)) } : {}),
    ...(run.syscalls ? { syscalls: run.syscalls.map((record) => each(record, isRecord)) } : {}),
    warnings: [twin('The last line is cut off.')],
  };
  return { run: spoiledRun, texts };
}

const REFUSES = { code: 'system-refuses', values: { message: 'no' } } as const;

const SAMPLES = {
  everyFigure: small(sample.everyFigure()),
  doubtful: sample.doubtful(),
  elevenModels: small(sample.elevenModels()),
};

/** What is needed of a sample to have each kind of text in it. */
function small(run: StoredRun): StoredRun {
  const isTelling = (trial: StoredRun['trials'][number]) =>
    trial.status !== 'measured' ||
    (trial.trial <= 2 && ['epoll', 'thread-per-request', 'sync-blocking'].includes(trial.cell.model));
  const cell = sample.cellOf('epoll');
  const refusedCell = sample.cellOf('io-uring', sample.closed(3));
  return {
    ...run,
    trials: [
      ...run.trials.filter(isTelling),
      // Its code becomes hostile, or its value does.
      ...[1, 2].map((trial) => ({ ...sample.refused(refusedCell, 'unsupported', REFUSES), trial })),
    ],
    syscalls: [
      { kind: 'syscalls', cell, perRequest: { epoll_wait: 1.5 } },
      { kind: 'syscalls', cell, reason: 'strace is not there' },
    ],
    steps: (run.capacities ?? []).map((capacity) => ({
      ...capacity,
      kind: 'step',
      ratePerSecond: 5,
      kept: false,
      measured: 'p99 1 ms',
      why: 'it was not',
      trial: sample.measured({ ...capacity.cell, load: sample.open(5) }, 1),
    })),
  };
}

describe.each(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[])('%s', (name) => {
  test.each([1, 2, 3])('with seed %i, no format lets a text steer', async (seed) => {
    const { run, texts } = hostileRun(SAMPLES[name], seed);
    expect(texts).toBeGreaterThan(60);
    const document: RunDocument = summarise(run);
    expect(
      steering(JSON.stringify(document.run.models).replaceAll('\\', '')).length +
        steering(document.run.name).length,
    ).toBeGreaterThan(0);
    for (const format of Object.keys(formats).filter((each) => each !== 'html') as FormatName[]) {
      for (const [width, color] of [
        [80, false],
        [80, true],
        [40, true],
        [200, true],
      ] as const) {
        const rendered = await formats[format](document, { width, color, charts: [] });
        expect({ format, found: steering(rendered, { painted: color && format === 'text' }) }).toEqual({
          format,
          found: [],
        });
        if (format === 'json') expect(JSON.parse(rendered)).toEqual(document);
      }
    }
    const pages = [
      htmlPage(document, { script: '', style: '' }, { events: 'events' }),
      renderList([{ id: run.header.id, header: run.header, isGoingOn: true }], run.header.name),
      renderSideBySide(document, document, { base: '/a', next: '/b' }),
    ];
    for (const page of pages) expect(steering(page)).toEqual([]);
    const [, script = ''] = /id="document">(.*?)<\/script>/s.exec(pages[0] ?? '') ?? [];
    expect(JSON.parse(script)).toEqual(document);
  });

  test('and neither does a comparison', async () => {
    const [base, next] = [1, 2].map((seed) => summarise(hostileRun(SAMPLES[name], seed).run)) as [
      RunDocument,
      RunDocument,
    ];
    for (const [before, after] of [
      [base, base],
      [base, next],
    ] as const) {
      const comparison = compareRuns(before, after, { failIfSlowerPercent: 5 });
      for (const format of Object.keys(comparisonFormats) as ComparisonFormat[]) {
        for (const color of [false, true]) {
          const rendered = await comparisonFormats[format](comparison, { width: 80, color, next: after });
          expect({ format, found: steering(rendered, { painted: color && format === 'text' }) }).toEqual({
            format,
            found: [],
          });
        }
      }
    }
  });
});
