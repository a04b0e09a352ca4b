/** What must not be in anything that iobench prints. */

/**
 * A line of a stack trace: `    at name (file:1:2)`. Or what Node prints last when nobody catches an error.
 */
const STACK = /^\s+at .*(?::\d+:\d+\)?|<anonymous>\)?|\(native\))\s*$|^Node\.js v\d+\.\d+/m;
/**
 * Control characters of both sets but tab, newline and carriage return before a newline: a terminal obeys
 * them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/;
const CONTEXT = 30;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is made visible
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]/g;

/** The line of a stack trace, if there is one. */
export const stackTraceIn = (text: string): string | undefined => STACK.exec(text)?.[0].trim();

/** The same text in one line, with nothing that a terminal obeys. */
export const visible = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' / ')
    .replace(UNPRINTABLE, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The first control character with what stands around it, if there is one. */
export function escapeIn(text: string): string | undefined {
  const found = CONTROL.exec(text);
  return found === null
    ? undefined
    : JSON.stringify(text.slice(Math.max(0, found.index - CONTEXT), found.index + CONTEXT));
}
