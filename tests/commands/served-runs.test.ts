/**
 * What `iobench view` asks of the disk and of the machine, however many runs there are and however many pages
 * are open.
 */
import { EventEmitter } from 'node:events';
import fs, { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sendUpdates } from '../../src/commands/live.ts';
import { listedRuns, type Served, type ServedRun, servedRun } from '../../src/commands/served-runs.ts';
import { formatLine } from '../../src/result.ts';
import { load } from '../compiled.ts';
import * as sample from '../report/sample.ts';
import { workspace } from '../workspace.ts';

const TRIAL = sample.measured(sample.cellOf('epoll'), 1);

function store(root: string, id: string, { isOver = true, models = ['epoll'] } = {}): string {
  mkdirSync(path.join(root, id));
  const file = path.join(root, id, 'run.jsonl');
  writeFileSync(file, [sample.headerOf(models, { id, trials: 1 }), TRIAL].map(formatLine).join(''));
  if (isOver) writeFileSync(path.join(root, id, 'summary.md'), '# over\n');
  return file;
}

/** A folder of runs of which none was named. */
const servedIn = (root: string): Served => ({ root, named: undefined });

const COUNTED = [
  'statSync',
  'lstatSync',
  'existsSync',
  'readdirSync',
  'openSync',
  'readSync',
  'readFileSync',
] as const;

/** How often the disk was asked, by what it was asked. */
function asked(act: () => void): Record<(typeof COUNTED)[number], number> {
  const counts = Object.fromEntries(COUNTED.map((name) => [name, 0])) as Record<
    (typeof COUNTED)[number],
    number
  >;
  const spies = COUNTED.map((name) => {
    const original = fs[name] as (...values: unknown[]) => unknown;
    return vi.spyOn(fs, name).mockImplementation(((...values: unknown[]) => {
      counts[name]++;
      return original(...values);
    }) as never);
  });
  syncBuiltinESMExports();
  try {
    act();
  } finally {
    for (const spy of spies) spy.mockRestore();
    syncBuiltinESMExports();
  }
  return counts;
}

const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('the list', () => {
  test('asks the disk as often for each run, however many there are', () => {
    const totals = [20, 80].map((runs) => {
      const root = workspace();
      for (let run = 0; run < runs; run++) store(root, `run-${String(run).padStart(3, '0')}`);
      const counts = asked(() => expect(listedRuns(servedIn(root))).toHaveLength(runs));
      expect(total(counts)).toBeGreaterThan(runs);
      return total(counts) / runs;
    });
    expect(totals[1]).toBeLessThanOrEqual(1.2 * (totals[0] ?? 0));
  });

  test('reads each header once, and again where the file is another one', () => {
    const root = workspace();
    const files = ['a', 'b', 'c'].map((id) => store(root, id));
    expect(asked(() => listedRuns(servedIn(root)))).toMatchObject({ openSync: 3 });
    expect(asked(() => listedRuns(servedIn(root)))).toMatchObject({ openSync: 0 });
    writeFileSync(files[1] ?? '', formatLine(sample.headerOf(['poll', 'epoll'], { name: 'another' })));
    expect(asked(() => listedRuns(servedIn(root)))).toMatchObject({ openSync: 1 });
    expect(listedRuns(servedIn(root)).find(({ id }) => id === 'b')?.header).toMatchObject({
      name: 'another',
    });
  });

  test('shows a header that is longer than most, and none where there is none', () => {
    const root = workspace();
    store(root, 'long', { models: Array.from({ length: 400 }, (_, index) => `model-${index}`) });
    writeFileSync(store(root, 'none'), 'x'.repeat(300_000));
    expect(listedRuns(servedIn(root)).map(({ id, header }) => [id, header?.models.length])).toEqual([
      ['none', undefined],
      ['long', 400],
    ]);
  });

  test('is not made to find one run', () => {
    const root = workspace();
    for (let run = 0; run < 50; run++) store(root, `run-${run}`);
    const counts = asked(() => expect(servedRun(servedIn(root), 'run-7')?.id).toBe('run-7'));
    expect(total(counts)).toBeLessThan(10);
  });
});

describe('pages that are open', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** A page's end of an event stream: it keeps what it was sent. */
  function reader(method = 'GET') {
    const sent: string[] = [];
    const events = new EventEmitter();
    let isEnded = false;
    const response = Object.assign(events, {
      req: { method },
      writableNeedDrain: false,
      writeHead: () => response,
      write: (text: string) => sent.push(text),
      end: (text = '') => {
        sent.push(text);
        isEnded = true;
      },
    });
    return {
      response: response as unknown as ServerResponse,
      /** Which versions it was sent. */
      versions: () => sent.flatMap((text) => /^event: report\ndata: "(.*)"/.exec(text)?.[1] ?? []),
      isEnded: () => isEnded,
      stall: (isStalled: boolean) => Object.assign(response, { writableNeedDrain: isStalled }),
      leave: () => events.emit('close'),
    };
  }

  /** A run whose versions are numbers, and that counts what it is asked. */
  function growing() {
    const run = { version: 1, isOver: false, reads: 0, looks: 0 };
    const served: ServedRun = {
      id: 'growing',
      file: `/growing-${Math.random()}/run.jsonl`,
      version: () => {
        run.looks++;
        return String(run.version);
      },
      isGoingOn: () => !run.isOver,
      read: () => {
        run.reads++;
        return String(run.version) as never;
      },
    };
    return { run, served };
  }

  test('200 of them cost what one costs: the run is looked at once a second, and each report is made once', () => {
    const { run, served } = growing();
    const readers = Array.from({ length: 200 }, () => reader());
    for (const each of readers) sendUpdates(served, each.response, '1');
    expect(run.reads).toBe(0);
    run.looks = 0;
    run.version = 2;
    vi.advanceTimersByTime(1000);
    expect({ reads: run.reads, looks: run.looks }).toEqual({ reads: 1, looks: 1 });
    expect(new Set(readers.map((each) => each.versions().join()))).toEqual(new Set(['2']));
    vi.advanceTimersByTime(5000);
    expect({ reads: run.reads, looks: run.looks }).toEqual({ reads: 1, looks: 6 });
    run.version = 3;
    run.isOver = true;
    vi.advanceTimersByTime(1000);
    expect(run.reads).toBe(2);
    expect(new Set(readers.map((each) => `${each.versions().join()} ${each.isEnded()}`))).toEqual(
      new Set(['2,3 true']),
    );
    run.looks = 0;
    vi.advanceTimersByTime(5000);
    expect(run.looks).toBe(0);
  });

  test('one that opens later is sent what the others have, without another report being made', () => {
    const { run, served } = growing();
    const [early, late, current] = [reader(), reader(), reader()];
    sendUpdates(served, early.response, '');
    expect([early.versions(), run.reads]).toEqual([['1'], 1]);
    sendUpdates(served, late.response, '0');
    sendUpdates(served, current.response, '1');
    expect([late.versions(), current.versions(), run.reads]).toEqual([['1'], [], 1]);
  });

  test('one that does not keep up is sent the latest when it does, and the last in any case', () => {
    const { run, served } = growing();
    const slow = reader();
    sendUpdates(served, slow.response, '1');
    slow.stall(true);
    for (run.version = 2; run.version < 5; run.version++) vi.advanceTimersByTime(1000);
    expect(slow.versions()).toEqual([]);
    slow.stall(false);
    vi.advanceTimersByTime(1000);
    expect(slow.versions()).toEqual(['5']);
    slow.stall(true);
    run.version = 6;
    run.isOver = true;
    vi.advanceTimersByTime(1000);
    expect([slow.versions(), slow.isEnded()]).toEqual([['5', '6'], true]);
  });

  test('when the last has been closed, nobody looks any more', () => {
    const { run, served } = growing();
    const readers = [reader(), reader()];
    for (const each of readers) sendUpdates(served, each.response);
    readers[0]?.leave();
    run.looks = 0;
    vi.advanceTimersByTime(1000);
    expect(run.looks).toBe(1);
    readers[1]?.leave();
    vi.advanceTimersByTime(5000);
    expect(run.looks).toBe(1);
  });

  test('whoever asks for the head of the events waits for none', () => {
    const { run, served } = growing();
    const head = reader('HEAD');
    sendUpdates(served, head.response);
    expect([head.isEnded(), head.versions(), run.looks]).toEqual([true, [], 0]);
  });

  test('and a page of a run that goes on is made once a version', async () => {
    const { pageAt } =
      await load<typeof import('../../src/commands/view-pages.ts')>('commands/view-pages.js');
    const root = workspace();
    const file = store(root, 'growing', { isOver: false });
    const isLive = async () =>
      String(await pageAt(servedIn(root), '/runs/growing/')).includes('<meta name="iobench-events"');
    /** How often the run is read while its page is asked for five times. */
    const reads = async () => {
      let count = 0;
      const original = fs.readFileSync;
      const spy = vi.spyOn(fs, 'readFileSync').mockImplementation(((
        ...values: Parameters<typeof fs.readFileSync>
      ) => {
        if (values[0] === file) count++;
        return original(...values);
      }) as never);
      syncBuiltinESMExports();
      try {
        for (let page = 0; page < 5; page++) expect(await isLive()).toBe(true);
      } finally {
        spy.mockRestore();
        syncBuiltinESMExports();
      }
      return count;
    };
    expect(await reads()).toBe(1);
    appendFileSync(file, formatLine({ ...TRIAL, trial: 2 }));
    expect(await reads()).toBe(1);
    writeFileSync(path.join(root, 'growing', 'summary.md'), '# over\n');
    expect(await isLive()).toBe(false);
  });
});
