/** Plain text in a column of a given width. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export { printable } from '../../printable.ts';

/** How many columns of a terminal a text without control characters takes. */
export const displayWidth = (text: string): number => stringWidth(text);

/**
 * Breaks a text between words, and inside words that are longer than a line: `first` before the first line,
 * `rest` before the others.
 */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const room = Math.max(1, width - Math.max(first.length, rest.length));
  const lines = wrapAnsi(text, room, { hard: true }).split('\n');
  return lines.map((content, index) => (index === 0 ? first : rest) + content);
}

/** Cuts a text to a width, with an ellipsis for what is gone. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const [start = ''] = wrapAnsi(text, Math.max(1, width - 1), {
    hard: true,
    wordWrap: false,
    trim: false,
  }).split('\n');
  return `${start}…`;
}
