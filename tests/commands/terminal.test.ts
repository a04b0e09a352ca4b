/** What a command prints, and on what it is shown. */
import process from 'node:process';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { columns, createLiveLine, hasColour, notify, painter, print } from '../../src/commands/terminal.ts';
import {
  printable,
  printableJson,
  printableLines,
  printablePainted,
  printableValue,
} from '../../src/printable.ts';
import { ALL_HOSTILE, steering } from '../hostile.ts';

/** What is written to a stream while it is as given. */
function written(
  name: 'stdout' | 'stderr',
  as: { columns?: number; isTTY?: boolean },
  act: () => void,
): string {
  const stream = process[name];
  const texts: string[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  const before = Object.fromEntries(
    Object.keys(as).map((key) => [key, Object.getOwnPropertyDescriptor(stream, key)]),
  );
  Object.defineProperties(
    stream,
    Object.fromEntries(
      Object.entries(as).map(([key, value]) => [key, { value, configurable: true, writable: true }]),
    ),
  );
  try {
    act();
  } finally {
    spy.mockRestore();
    for (const [key, property] of Object.entries(before)) {
      if (property) Object.defineProperty(stream, key, property);
      else delete (stream as unknown as Record<string, unknown>)[key];
    }
  }
  return texts.join('');
}

function withColours(): void {
  vi.stubEnv('NO_COLOR', '');
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('the width', () => {
  test.each([
    [0, 80],
    [undefined, 80],
    [1, 1],
    [132, 132],
  ])('a terminal that reports %s columns counts as %s', (reported, counted) => {
    let width = 0;
    written('stdout', reported === undefined ? {} : { columns: reported }, () => {
      width = columns();
    });
    expect(width).toBe(counted);
  });

  test('a line that changes needs a terminal, and one that reports its columns', () => {
    const live: boolean[] = [];
    for (const as of [{ isTTY: true, columns: 80 }, { isTTY: true, columns: 0 }, { isTTY: false }]) {
      written('stderr', as, () => live.push(createLiveLine() !== undefined));
    }
    expect(live).toEqual([true, false, false]);
  });
});

describe('what is printed', () => {
  test('keeps its line breaks, tabs and letters, and nothing that steers', () => {
    for (const text of ['a\tb\nc\n', 'naïve 名前 🎉 ±5 %\n']) {
      expect(written('stdout', {}, () => print(text))).toBe(text);
      expect(written('stderr', {}, () => notify(text))).toBe(text);
    }
    expect(written('stderr', {}, () => notify('a\r\nb'))).toBe('a\nb');
    for (const isTTY of [true, false]) {
      expect(
        steering(
          written('stdout', { isTTY }, () => print(ALL_HOSTILE))
            .replaceAll('\u001b[35m', '')
            .replaceAll('\u001b[8m', ''),
        ),
      ).toEqual([]);
      expect(steering(written('stderr', { isTTY }, () => notify(ALL_HOSTILE)))).toEqual([]);
    }
  });

  test("keeps the program's own colours on a terminal that takes them", () => {
    withColours();
    const painted = () => print(`${painter().green('fast')}, ${painter().bold(painter().red('slow'))}`);
    expect(written('stdout', { isTTY: true }, painted)).toBe(
      '\u001b[32mfast\u001b[39m, \u001b[1m\u001b[31mslow\u001b[39m\u001b[22m',
    );
    expect(written('stdout', { isTTY: false }, painted)).toBe('fast, slow');
    vi.stubEnv('NO_COLOR', '1');
    expect(written('stdout', { isTTY: true }, painted)).toBe('fast, slow');
    expect(hasColour()).toBe(false);
  });

  test('in a line that changes is in one line, and what stands above it in its own', () => {
    const shown = written('stderr', { isTTY: true, columns: 500 }, () => {
      const live = createLiveLine();
      live?.show(`half ${ALL_HOSTILE}`);
      live?.notify(`failed: ${ALL_HOSTILE}\n`);
      live?.clear();
    });
    // What is left are the sequences with which the line is drawn and taken away.
    const lines = shown.split('\n').filter((line) => line.includes('half') || line.includes('failed'));
    expect(lines).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that draw the line
    const drawn = /\u001b\[(?:\?\d+[hl]|\d*[A-HJKsu])/g;
    for (const line of lines) expect(steering(line.replace(drawn, ''))).toEqual([]);
    for (const sequence of ['\u001b[2J', '\u001b[35m', '\u001b]', '\u001bc'])
      expect(shown).not.toContain(sequence);
  });
});

describe('values', () => {
  test('that hold nothing to clean are not copied', () => {
    const value = { a: ['b', 1, null, { c: true }], d: undefined };
    expect(printableValue(value)).toBe(value);
  });

  test('are cleaned in their texts and keys, whatever they are called', () => {
    const value = JSON.parse('{"__proto__": "\\u001b", "a\\u001b": ["\\u009b", {"b": 1}]}') as object;
    const clean = printableValue(value);
    expect(Object.entries(clean)).toEqual([
      ['__proto__', '\ufffd'],
      ['a\ufffd', ['\ufffd', { b: 1 }]],
    ]);
    expect(Object.getPrototypeOf(clean)).toBe(Object.prototype);
  });

  test('as JSON are the same values', () => {
    const value = { [ALL_HOSTILE]: [ALL_HOSTILE, '\u{1f389}'] };
    for (const indent of [undefined, 2]) {
      expect(steering(printableJson(value, indent))).toEqual([]);
      expect(JSON.parse(printableJson(value, indent))).toEqual(value);
    }
  });

  test('each character that steers is one mark', () => {
    expect(printable('a\n\u001b[1mb\u202e')).toBe('a\ufffd\ufffd[1mb\ufffd');
    expect(printableLines('a\n\u001b[1mb')).toBe('a\n\ufffd[1mb');
    expect(printablePainted('\u001b[1ma\u001b[22m\u001b[2J\u001b[38;5;1m')).toBe(
      '\u001b[1ma\u001b[22m\ufffd[2J\ufffd[38;5;1m',
    );
  });
});
