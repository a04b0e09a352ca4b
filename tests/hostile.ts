/** Text that would steer a terminal if it reached one, and how to see whether it did. */

/**
 * What may stand in no text that is shown: control characters but line breaks and tabs, and characters that
 * change the direction of writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]/g;

/** The few codes that our own colours are made of; hostile texts use others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OUR_COLOURS = /\u001b\[(?:0|1|2|4|22|24|31|32|33|36|39)m/g;

const PIECES = [
  '\u001b[2J',
  '\u001b[35m',
  '\u001b[8m',
  '\u001b]0;title\u0007',
  '\u001b]52;c;ZXZpbA==\u001b\\',
  '\u001bP1$r\u001b\\',
  '\u001bc',
  '\u009b35m',
  '\u009d0;title\u009c',
  '\u0000',
  '\u0008\u0008\u0008',
  '\r',
  '\u000b',
  '\u007f',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u061c',
  '\u2028',
  '\n\u001b[1A',
] as const;

/** A hostile variant of a text: the same characters, with pieces between them. */
export function hostile(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const piece = () => PIECES[Math.floor(random() * PIECES.length)];
  return `${piece()}${text.slice(0, at)}${piece()}${text.slice(at)}${piece()}`;
}

/** One of each kind. */
export const ALL_HOSTILE: string = PIECES.join('x');

/** The characters of a text that steer, as code points; with `painted`, our own colours are not counted. */
export function steering(text: string, { painted = false } = {}): string[] {
  const found = (painted ? text.replace(OUR_COLOURS, '') : text).match(STEERING) ?? [];
  return [...new Set(found)].map((character) => `U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
