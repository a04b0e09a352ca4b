/** The lines of a run's file: one JSON value each, in UTF-8. */
import type { RunHeader } from './header.ts';
import type { RunRecord } from './record.ts';

/** Writes a header or a record as one line. */
export function formatLine(record: RunHeader | RunRecord): string {
  return `${JSON.stringify(record)}\n`;
}

export interface Line {
  readonly text: string;
  /** Counted from 1, as editors do. */
  readonly number: number;
  /** Whether the file's bytes were UTF-8. Where they were not, the text has other letters in their place. */
  readonly isUtf8: boolean;
}

const NEWLINE = 10;
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * What stands between newlines: the last line is what follows the last newline, empty where the file ends
 * with one.
 */
export function linesOf(content: string | Uint8Array): Line[] {
  const texts =
    typeof content === 'string'
      ? content.split('\n').map((text) => ({ text, isUtf8: true }))
      : decodedLines(content);
  return texts.map((line, index) => ({
    ...line,
    text: index === 0 ? line.text.replace(BYTE_ORDER_MARK, '') : line.text,
    number: index + 1,
  }));
}

/** Line by line, so that a wrong byte does not take more along than its line. */
function decodedLines(bytes: Uint8Array): Omit<Line, 'number'>[] {
  const lines: Omit<Line, 'number'>[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(decoded(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const leniently = new TextDecoder('utf-8', { ignoreBOM: true });

function decoded(bytes: Uint8Array): Omit<Line, 'number'> {
  try {
    return { text: strictly.decode(bytes), isUtf8: true };
  } catch {
    return { text: leniently.decode(bytes), isUtf8: false };
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
