/** What must not be in anything that iobench prints. */

/** A line of a stack trace: `    at name (file:1:2)`. Or what Node prints last when nobody catches an error. */
const STACK = /^\s+at .*(?::\d+:\d+\)?|<anonymous>\)?|\(native\))\s*$|^Node\.js v\d+\.\d+/m;
/** Control characters of both sets but tab, newline and carriage return before a newline: a terminal obeys them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/;
const CONTEXT = 30;

/** The line of a stack trace, if there is one. */
export const stackTraceIn = (text: string): string | undefined => STACK.exec(text)?.[0].trim();

/** The first control character with what stands around it, if there is one. */
export function escapeIn(text: string): string | undefined {
  const found = CONTROL.exec(text);
  return found === null ? undefined : JSON.stringify(text.slice(Math.max(0, found.index - CONTEXT), found.index + CONTEXT));
}
