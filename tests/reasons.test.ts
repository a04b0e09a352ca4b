import { describe, expect, test } from 'vitest';
import { mergeLoops, summariseTrials } from '../src/metrics/index.ts';
import { REASON_CODES, sentenceOf } from '../src/reasons.ts';
import { summarise } from '../src/report/summary/document.ts';
import { formatLine, parseRun, type RunDocument } from '../src/result.ts';
import * as sample from './report/sample.ts';

const cell = sample.cellOf('epoll');
const header = sample.headerOf(['epoll']);
const refuses = { code: 'system-refuses', values: { message: 'EPERM <b>' } } as const;
const divided = { code: 'clients-divided', values: { loops: 2, model: 'multi-reactor' } } as const;

/** What a reader is shown of what was written to a file. */
const readBack = (...records: Parameters<typeof formatLine>[0][]): RunDocument =>
  summarise(parseRun([header, ...records].map(formatLine).join('')));

describe('a reason', () => {
  test('is a sentence where it is shown', () => {
    expect(sentenceOf(refuses)).toBe('the system refuses it: EPERM <b>');
    expect(sentenceOf(divided)).toBe('2 loops, multi-reactor: the clients are divided among them');
    const written = { code: 'written-as-function', values: { form: 'async', why: 'retry' } } as const;
    expect(sentenceOf(written)).toBe(
      'it is written as an async function: only an operation can be tried again',
    );
  });

  test.each(REASON_CODES)('%s has a sentence, without a full stop and in one line', (code) => {
    const sentence = sentenceOf({ code, values: { loops: 1, limitNs: 1e9, threads: 4 } });
    expect(sentence.length).toBeGreaterThan(20);
    expect(sentence).not.toMatch(/\n|\.$/);
  });

  test('of a version that this one does not know is shown with its values', () => {
    expect(sentenceOf({ code: 'moon-phase', values: { phase: 'full', days: 3 } })).toBe(
      'moon-phase, phase full, days 3',
    );
    for (const code of ['constructor', '__proto__', 'toString'])
      expect(sentenceOf({ code, values: {} })).toBe(code);
  });

  test('is stored as a code with its values, and reads as a sentence in the document', () => {
    const refused = sample.refused(cell, 'unsupported', refuses);
    expect(JSON.parse(formatLine(refused)).reason).toEqual(refuses);
    expect(readBack(refused).cells).toMatchObject([{ reason: 'the system refuses it: EPERM <b>' }]);
  });

  test('of an older version is a sentence, and is read as it stands', () => {
    const document = readBack(
      sample.refused(cell, 'unsupported', 'no poll(2)'),
      sample.measured({ ...cell, load: sample.closed(9) }, 1, { notes: ['by hand'] }),
    );
    expect(document.cells).toMatchObject([{ notes: ['by hand'] }, { reason: 'no poll(2)' }]);
  });

  test('why there is no capacity is a sentence, too', () => {
    const { load: _, ...searched } = cell;
    const document = readBack({ kind: 'capacity', cell: searched, objective: 'p99<1ms', reason: refuses });
    expect(document.capacities).toMatchObject([{ reason: 'the system refuses it: EPERM <b>' }]);
  });

  test('that several loops or trials give is noted once', () => {
    const trial = (...notes: (typeof divided | string)[]) => sample.measured(cell, 1, { notes });
    const merged = mergeLoops([trial(divided), trial({ ...divided }), trial('by hand')]);
    expect(merged.notes).toEqual([divided, 'by hand']);
    expect(summariseTrials([trial(divided), trial(divided, sentenceOf(divided))]).notes).toEqual([
      sentenceOf(divided),
    ]);
  });
});
