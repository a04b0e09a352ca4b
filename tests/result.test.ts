import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CapacityRecord,
  cellKey,
  formatLine,
  parseRun,
  ResultFormatError,
  type RunHeader,
  type StepRecord,
  type TrialRecord,
} from '../src/result.ts';

const header: RunHeader = {
  kind: 'run',
  schema: 'iobench/1',
  id: '2026-01-31T12-30-05-quick',
  name: 'quick',
  startedAt: '2026-01-31T12:30:05.000Z',
  command: 'iobench run',
  seed: 1,
  environment: {
    iobench: '0.1.0',
    node: '20.19.0',
    v8: '11',
    libuv: '1',
    platform: 'linux',
    arch: 'x64',
    kernel: 'Linux 6',
    cpuModel: 'cpu',
    cpuCount: 2,
    memoryBytes: 1,
    dataFileSystem: 'tmpfs',
    uvThreadpoolSize: 4,
    loadAverageBefore: 0,
  },
  models: [],
  workloads: [],
  trials: 1,
};
const cell = {
  model: 'epoll',
  workload: 'noop',
  params: {},
  load: { kind: 'closed' as const, concurrency: 4 },
};
const refused = (trial: number): TrialRecord => ({
  kind: 'trial',
  cell,
  trial,
  status: 'failed',
  reason: 'no',
});

describe('parseRun', () => {
  test('gives back what was written', () => {
    const text = [header, refused(1), refused(2)].map(formatLine).join('');
    expect(parseRun(text)).toMatchObject({ header, trials: [refused(1), refused(2)], warnings: [] });
  });

  const { load: _, ...searched } = cell;
  const found: CapacityRecord = {
    kind: 'capacity',
    cell: searched,
    objective: 'p99<20ms',
    ratePerSecond: 1000,
    failedAtPerSecond: 1050,
  };
  const stepped = (ratePerSecond: number, number: number): TrialRecord => ({
    ...refused(number),
    cell: { ...cell, load: { kind: 'open', ratePerSecond, arrivals: 'poisson' } },
  });
  const judged = [
    { ratePerSecond: 1000, kept: true, measured: 'p99 12.0 ms' },
    { ratePerSecond: 1050, kept: false, measured: 'p99 21.0 ms', why: 'p99 was 21.0 ms' },
    { ratePerSecond: 1050, kept: false, measured: 'p99 22.0 ms', why: 'p99 was 22.0 ms' },
  ];
  const trials = [stepped(1000, 1), stepped(1050, 1), stepped(1050, 2)] as const;
  const steps = judged.map((each, index): StepRecord => {
    const trial = trials[index];
    return {
      kind: 'step',
      cell: searched,
      objective: 'p99<20ms',
      ...each,
      ...(trial === undefined ? {} : { trial }),
    };
  });

  test('gives back what a search for capacities found', () => {
    const refusal: CapacityRecord = {
      kind: 'capacity',
      cell: { ...searched, model: 'poll' },
      objective: 'p99<20ms',
      reason: 'no poll(2)',
    };
    const stored = parseRun([header, refused(1), ...steps, found, refusal].map(formatLine).join(''));
    expect(stored.capacities).toEqual([found, refusal]);
    expect(stored.steps).toEqual(steps);
    expect(stored.trials).toEqual([refused(1)]);
    expect(() => parseRun(formatLine(header) + formatLine({ ...found, ratePerSecond: -1 }))).toThrow(
      'line 2',
    );
    expect(() =>
      parseRun(formatLine(header) + formatLine({ ...(steps[0] as StepRecord), ratePerSecond: -1 })),
    ).toThrow('line 2, ratePerSecond');
  });

  test('reads the steps of earlier versions, which were trials like any other, as steps', () => {
    const line = `${JSON.stringify({ ...found, steps: judged })}\n`;
    const other = stepped(2000, 1);
    const stored = parseRun([header, refused(1), ...trials, other].map(formatLine).join('') + line);
    expect(stored.capacities).toEqual([found]);
    expect(stored.steps).toEqual(steps);
    expect(stored.trials).toEqual([refused(1), other]);
    // A step without its trial stays a step.
    const cut = parseRun([header, ...trials.slice(0, 2)].map(formatLine).join('') + line);
    expect(cut.steps).toEqual([
      steps[0],
      steps[1],
      { kind: 'step', cell: searched, objective: 'p99<20ms', ...judged[2] },
    ]);
    expect(() => parseRun(formatLine(header) + line.replace('"kept":true', '"kept":1'))).toThrow(
      'line 2, steps.0.kept',
    );
  });

  test('reads a run that an earlier version stored: all its trials are steps, each at the rate of its search', () => {
    const text = readFileSync(
      path.join(import.meta.dirname, '..', 'results', 'reference-capacity', 'run.jsonl'),
      'utf8',
    );
    const lines = text.trimEnd().split('\n');
    const count = (kind: string) => lines.filter((each) => each.startsWith(`{"kind":"${kind}"`)).length;
    const stored = parseRun(text);
    expect(stored.trials).toEqual([]);
    expect(stored.capacities).toHaveLength(count('capacity'));
    expect(stored.steps).toHaveLength(count('trial'));
    for (const { trial, ratePerSecond, cell: searchedCell } of stored.steps ?? []) {
      expect(trial?.cell).toEqual({
        ...searchedCell,
        load: { kind: 'open', ratePerSecond, arrivals: 'poisson' },
      });
    }
    const places = (stored.capacities ?? []).flatMap(({ cell: { model } }) => {
      const numbers = (stored.steps ?? [])
        .filter((step) => step.cell.model === model)
        .map(({ trial }) => trial?.status === 'measured' && Date.parse(trial.startedAt));
      return numbers.slice(1).map((at, index) => Number(at) > Number(numbers[index]));
    });
    expect(places.every(Boolean)).toBe(true);
    // What is written from now on reads the same.
    const again = [stored.header, ...(stored.steps ?? []), ...(stored.capacities ?? [])]
      .map(formatLine)
      .join('');
    expect(parseRun(again)).toEqual(stored);
  });

  test('a run without a trial yet is a run', () => {
    expect(parseRun(formatLine(header)).trials).toEqual([]);
  });

  test('leaves a cut-off last line out, wherever it was cut, with a warning', () => {
    const whole = formatLine(header) + formatLine(refused(1));
    const last = formatLine(refused(2)).trimEnd();
    for (let cut = 1; cut < last.length; cut++) {
      const stored = parseRun(whole + last.slice(0, cut));
      expect(stored.trials).toHaveLength(1);
      expect(stored.warnings).toEqual([expect.stringContaining('cut off')]);
    }
  });

  test('reads a last line that only lacks its newline', () => {
    const text = [header, refused(1), refused(2)].map(formatLine).join('').trimEnd();
    expect(parseRun(text)).toMatchObject({ trials: [refused(1), refused(2)], warnings: [] });
    expect(parseRun(formatLine(header).trimEnd())).toMatchObject({ header, trials: [], warnings: [] });
    expect(() => parseRun(text.replace('"trial":2', '"trial":0'))).toThrow('line 3, trial');
  });

  test.each<[what: string, edit: (text: string) => string]>([
    ['an empty last line', (text) => `${text}\n`],
    ['empty lines at its end and in its midst', (text) => `\n${text.replaceAll('\n', '\n\n')}  \n\t\n`],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['the line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
  ])('reads a file with %s, as text and as bytes', (_what, edit) => {
    const text = edit([header, refused(1), { ...refused(2), reason: 'nö' }].map(formatLine).join(''));
    for (const content of [text, new TextEncoder().encode(text)]) {
      expect(parseRun(content)).toEqual({
        header,
        trials: [refused(1), { ...refused(2), reason: 'nö' }],
        syscalls: [],
        steps: [],
        looks: [],
        stories: [],
        capacities: [],
        warnings: [],
      });
    }
  });

  test('looks are read back; a share that is none is refused', () => {
    const look = { kind: 'look', afterRound: 3, share: 0.4 } as const;
    const budgeted = { ...header, budgetNs: 90e9 };
    const read = parseRun(
      [budgeted, refused(1), look, refused(2), { ...look, share: 1 }].map(formatLine).join(''),
    );
    expect(read.header.budgetNs).toBe(90e9);
    expect(read.trials).toHaveLength(2);
    expect(read.looks).toEqual([look, { ...look, share: 1 }]);
    for (const share of [0, 1.1, -1])
      expect(() => parseRun(formatLine(budgeted) + formatLine({ ...look, share }))).toThrow(
        ResultFormatError,
      );
  });

  test('a wrong byte is not another letter: its line is refused', () => {
    const bytes = new TextEncoder().encode(
      [header, { ...refused(1), reason: 'n~' }, refused(2)].map(formatLine).join(''),
    );
    expect(parseRun(bytes).trials).toHaveLength(2);
    bytes[bytes.indexOf(0x7e)] = 0xff;
    expect(() => parseRun(bytes)).toThrow('line 2 is not UTF-8 text');
  });

  test('keeps every key of what comes from outside, whatever objects have besides', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'ECONNRESET'];
    const errors = Object.fromEntries(names.map((name, index) => [name, index + 1]));
    const params = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
    const trial: TrialRecord = { ...refused(1), cell: { ...cell, params }, errors };
    const [read] = parseRun([header, trial].map(formatLine).join('')).trials;
    expect(Object.entries(read?.errors ?? {})).toEqual(Object.entries(errors));
    expect(Object.entries(read?.cell.params ?? {})).toEqual(Object.entries(params));
    expect(() =>
      parseRun(formatLine(header) + formatLine({ ...trial, errors: { constructor: 'x' } as never })),
    ).toThrow('line 2, errors.constructor');
    expect(() => parseRun(formatLine(header) + formatLine({ ...trial, errors: 'none' as never }))).toThrow(
      'line 2, errors: expected an object',
    );
  });

  test('a key of the file is no escape sequence in a message', () => {
    const errors = { '\u001b[2J\u009b1m': -1 };
    expect(() => parseRun(formatLine(header) + formatLine({ ...refused(1), errors }))).toThrow(
      'line 2, errors."\\u001b[2J\\u009b1m": ',
    );
  });

  test('refuses a future schema, and says which it reads', () => {
    const future = formatLine({ ...header, schema: 'iobench/9' as never });
    expect(() => parseRun(future)).toThrow('"iobench/9", and this version of iobench reads iobench/1');
    expect(() => parseRun(future)).toThrow(expect.objectContaining({ fault: 'newer' }));
  });

  test.each([
    ['', 'it is empty'],
    ['\n', 'it is empty'],
    ['hello\n', 'its first line is not a header'],
    ['\uFEFF\n\n', 'it is empty'],
    [`${formatLine(header).slice(0, 60)}\n`, 'line 1 is not JSON'],
    [formatLine(header).repeat(2), 'line 2 is of no kind that this version of iobench knows'],
    ['{"a":1}\n', 'its first line is not a header'],
    ['null\n', 'its first line is not a header'],
    [formatLine({ ...header, seed: 'x' as never }), 'line 1, seed'],
  ])('refuses %j', (text, message) => {
    expect(() => parseRun(text)).toThrow(ResultFormatError);
    expect(() => parseRun(text)).toThrow(message);
  });

  test('refuses a header that was cut off', () => {
    expect(() => parseRun(formatLine(header).slice(0, 40))).toThrow(ResultFormatError);
  });

  test('refuses a broken line before the last, and says which', () => {
    expect(() =>
      parseRun(`${formatLine(header)}${formatLine(refused(1)).slice(0, 20)}\n${formatLine(refused(2))}`),
    ).toThrow('line 2 is not JSON');
    expect(() => parseRun(formatLine(header) + formatLine({ ...refused(1), trial: 0 }))).toThrow(
      'line 2, trial',
    );
  });
});

describe('cellKey', () => {
  test('is the same for the same cell, in whatever order its parameters stand', () => {
    expect(cellKey({ ...cell, params: { a: 1, b: 2 } })).toBe(cellKey({ ...cell, params: { b: 2, a: 1 } }));
  });
  test.each([
    { model: 'poll' },
    { workload: 'sleep' },
    { params: { a: 1 } },
    { load: { kind: 'closed' as const, concurrency: 5 } },
    { load: { kind: 'closed' as const, concurrency: 4, thinkNs: 1 } },
    { threads: 2 },
  ])('is another with %o', (change) => {
    expect(cellKey({ ...cell, ...change })).not.toBe(cellKey(cell));
  });
});
