/** Plain text in a column of a given width. */

export { printable } from '../../printable.ts';

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const NO_WIDTH = /\p{M}|\p{Cf}/u;

/** How many columns of a terminal a text without control characters takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Breaks a text between words, and inside words that are longer than a line: `first` before the first line, `rest` before the others. */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const room = width - Math.max(first.length, rest.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= room || line === '') {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines.map((content, index) => (index === 0 ? first : rest) + content);
}

/** Cuts a text to a width, with an ellipsis for what is gone. */
export function cut(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${pieces(text, width - 1)[0] ?? ''}…`;
}

function pieces(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [''];
  for (const character of word) {
    const longer = (parts.at(-1) ?? '') + character;
    if (displayWidth(longer) <= width) parts[parts.length - 1] = longer;
    else parts.push(character);
  }
  return parts;
}
