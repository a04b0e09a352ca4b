/**
 * Text from outside (results, reasons, names, a workload's output) on its way to a terminal, or to a file
 * that is shown in one. It is data, and never controls the terminal: every text passes through here, and
 * nothing else in the program decides which characters may pass.
 */

/**
 * Control characters (C0, DEL, C1), separators of lines and paragraphs, and characters that change the
 * direction of writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]/g;
/** Replaces such a character, so that its place is visible. */
const MARK = '\ufffd';

/** The text in one line: line breaks and tabs are marks, too. */
export function printable(text: string): string {
  return text.replace(STEERING, MARK);
}

/** The text with its lines: line breaks and tabs stay. */
export function printableLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(STEERING, (character) => (character === '\n' || character === '\t' ? character : MARK));
}

/** Colours and weights that the program itself gave a text, as picocolors writes them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const PAINT = /(\u001b\[\d{1,2}m)/;

/**
 * The text with its lines and its colours. A caller that paints a text cleans its parts first: a colour from
 * outside would look like ours.
 */
export function printablePainted(text: string): string {
  return text
    .split(PAINT)
    .map((part, index) => (index % 2 === 1 ? part : printableLines(part)))
    .join('');
}

/**
 * A plain value with each text in it, keys included, as `clean` makes it. A value that needs no cleaning is
 * not copied.
 */
export function printableValue<Value>(value: Value, clean = printable): Value {
  return cleaned(value, clean) as Value;
}

function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => cleaned(item, clean));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const clear = entries.map(([key, item]) => [clean(key), cleaned(item, clean)] as const);
  return clear.some(([key, item], index) => key !== entries[index]?.[0] || item !== entries[index][1])
    ? Object.fromEntries(clear)
    : value;
}

/** JSON without control characters: they are escaped, so that a parser reads the value unchanged. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(STEERING, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
