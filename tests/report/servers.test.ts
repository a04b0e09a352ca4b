/** What reports say where the model was the server. */
import { describe, expect, test } from 'vitest';
import { chartsOf } from '../../src/report/charts/index.ts';
import { renderMarkdown } from '../../src/report/formats/markdown.ts';
import { renderText } from '../../src/report/formats/text.ts';
import { summarise } from '../../src/report/summary/document.ts';
import { sectionsOf } from '../../src/report/summary/sections.ts';
import type { CellSpec, LoadSpec, RunDocument } from '../../src/result.ts';
import * as sample from './sample.ts';

const LINE = 'The server is measured; a process under epoll sends the requests. CPU is the server’s.';
const SERVER = { generator: 'epoll' } as const;
const CLIENT = {} as const;

interface Shape {
  readonly load?: LoadSpec;
  readonly medianNs?: readonly [first: number, second: number];
  /** Of the process that sends, in each trial. */
  readonly generatorShare?: number;
  readonly blocked?: number;
  /** Of the first model, in each trial. */
  readonly unfinished?: number;
}

/** Two models, five trials each. */
function runOf(side: Partial<CellSpec>, shape: Shape = {}): RunDocument {
  const {
    load = sample.closed(8),
    medianNs = [1e6, 5e6],
    generatorShare = 0.2,
    blocked = 0,
    unfinished = 0,
  } = shape;
  const records = ['poll', 'sync-blocking'].flatMap((model, index) =>
    [1, 2, 3, 4, 5].map((trial) => {
      const values = sample.latencies(medianNs[index] as number, 3000, trial);
      const base = sample.measured(sample.cellOf(model, load, side), trial, { values });
      const peer = { name: 'generator', cpuNs: generatorShare * base.windowNs, wallNs: base.windowNs };
      const time = { user: 1 - blocked * index, blocked: blocked * index };
      const threadTime = { system: 0, runnable: 0, waiting: 0, idle: 0, ...time };
      return { ...base, peers: [peer], threadTime, unfinished: index === 0 ? unfinished : 0 };
    }),
  );
  return summarise(sample.runOf(sample.headerOf(['poll', 'sync-blocking']), records));
}

const FORMATS = [
  { format: 'text', render: (run: RunDocument) => renderText(run, { width: 120, color: false }) },
  { format: 'Markdown', render: (run: RunDocument) => renderMarkdown(run) },
];

test('several processes that send are named in their number', () => {
  const [text] = FORMATS.map(({ render }) => render(runOf({ ...SERVER, generators: 3 })));
  expect(text).toContain(LINE.replace('a process under epoll sends', '3 processes under epoll send'));
});

describe.each(FORMATS)('$format', ({ render }) => {
  test('says under the title on which side the model stands, and only where it is the server', () => {
    const lines = render(runOf(SERVER)).split('\n');
    const title = lines.findIndex((line) => /^(## )?tcp-echo \(/.test(line));
    expect(title).toBeGreaterThan(0);
    expect(lines.slice(title, title + 5)).toContain(LINE);
    expect(lines.filter((line) => line === LINE)).toHaveLength(1);
    expect(render(runOf(CLIENT))).not.toContain('server;');
  });

  test('a server serves requests, a client completes them', () => {
    expect(render(runOf(SERVER))).toMatch(/it serves the most requests/);
    expect(render(runOf(SERVER))).toMatch(/`?poll`? serves \S+ × .* as many requests/);
    expect(render(runOf(SERVER))).not.toMatch(/completes? /);
    expect(render(runOf(CLIENT))).toMatch(/it completes the most requests/);
    expect(render(runOf(CLIENT))).toMatch(/`?poll`? completes \S+ × .* as many requests/);
  });
});

test.each(FORMATS)('$format marks the figures of a server that starved some clients', ({ render }) => {
  const note = 'Not ranked: some clients were not served at all';
  const text = render(runOf(SERVER, { unfinished: 7 }));
  expect(text).toContain(note);
  expect(text).toMatch(/poll(¹|\[\^1\])/);
  expect(text).not.toMatch(/sync-blocking(¹|\[\^1\])/);
  expect(render(runOf(SERVER))).not.toContain(note);
  expect(render(runOf(CLIENT, { unfinished: 7 }))).not.toContain(note);
});

test('a server that does not keep up serves fewer requests than arrive', () => {
  const [text] = FORMATS.map(({ render }) => {
    const run = runOf(SERVER, { load: sample.open(500), medianNs: [1e6, 1e6] });
    const cells = run.cells.map((cell) => ({
      ...cell,
      ...(cell.status === 'measured' && cell.model === 'sync-blocking'
        ? {
            shed: 900,
            throughputPerSecond: { ...cell.throughputPerSecond, median: 200, low: 190, high: 210 },
          }
        : {}),
    }));
    return render({ ...run, cells });
  });
  expect(text).toMatch(/sync-blocking does not keep up: it serves 200\/s\./);
});

test('a thread that is blocked serves one client', () => {
  const [text] = FORMATS.map(({ render }) => render(runOf(SERVER, { blocked: 0.9 })));
  expect(text?.replaceAll(/\s+/g, ' ')).toContain(
    'because the thread of sync-blocking is blocked 90 % of the time, while it serves one client.',
  );
});

test('who sends is a limit of its own, and is not called a peer', () => {
  const run = runOf(SERVER, { generatorShare: 0.97 });
  const [text = ''] = FORMATS.map(({ render }) => render(run).replaceAll(/\s+/g, ' '));
  expect(text).toContain('The generator was at its limit there: the models may be further apart');
  expect(text).not.toContain('The peer was');
  const alike = runOf(SERVER, { generatorShare: 0.97, medianNs: [1e6, 1e6] });
  expect(renderText(alike, { width: 1000, color: false })).toContain(
    'because the generator was at its limit: this measures the generator',
  );
});

describe('charts', () => {
  const chartOf = (side: Partial<CellSpec>, kind: string) => {
    const run = runOf(side, { blocked: 0.9 });
    const [section] = sectionsOf(run);
    if (section === undefined) return expect.unreachable();
    return chartsOf(run, section).find((chart) => chart.kind === kind) ?? expect.unreachable(kind);
  };

  test('a main thread that serves nobody has no bar, and the reason in its place', () => {
    const run = runOf(SERVER, { blocked: 0.9 });
    const cells = run.cells.map((cell) =>
      cell.model === 'poll' ? { ...cell, threadTime: undefined } : cell,
    );
    const [section] = sectionsOf({ ...run, cells });
    if (section === undefined) return expect.unreachable();
    const time = chartsOf({ ...run, cells }, section).find(({ kind }) => kind === 'time');
    const [first, second] = time?.table.rows ?? [];
    expect(first?.slice(0, 2)).toEqual(['poll', 'other threads serve']);
    expect(second).not.toContain('other threads serve');
  });

  test('pictures say on which side the model stands', () => {
    expect(chartOf(SERVER, 'throughput').subtitle.split('\n')).toContain(LINE);
    expect(chartOf(CLIENT, 'throughput').subtitle).not.toContain('server');
  });

  test('CPU time is the server’s, and a thread is blocked for a client', () => {
    expect(chartOf(SERVER, 'cpu').howToRead).toContain('over all threads of the server.');
    expect(chartOf(CLIENT, 'cpu').howToRead).toContain('The server at the other end is not counted.');
    expect(chartOf(SERVER, 'time').howToRead).toContain('blocked for one client');
    expect(chartOf(CLIENT, 'time').howToRead).toContain('blocked on one answer');
  });
});

test('every picture says which servers left clients unserved, and only then', () => {
  const sentence = 'Some clients were not served at all: poll (the figures are the others’)';
  const subtitles = (run: RunDocument) =>
    sectionsOf(run).flatMap((section) => chartsOf(run, section).map(({ subtitle }) => subtitle));
  const starved = subtitles(runOf(SERVER, { unfinished: 3 }));
  expect(starved.length).toBeGreaterThan(3);
  expect(starved.filter((subtitle) => !subtitle.includes(sentence))).toEqual([]);
  for (const run of [runOf(SERVER), runOf(CLIENT, { unfinished: 3 })])
    expect(subtitles(run).filter((subtitle) => subtitle.includes('not served'))).toEqual([]);
});
