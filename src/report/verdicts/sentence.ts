/**
 * Sentences with names in them: each format marks a name in its own way, and none can mistake it for markup.
 */

export interface Name {
  readonly name: string;
}
export type Sentence = readonly (string | Name)[];

/** Makes a sentence: `` say`On ${name('tcp-echo')} ...` ``. Sentences may stand in sentences. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | Name | Sentence)[]): Sentence {
  return texts.flatMap((text, index) => {
    const value = values[index];
    if (value === undefined) return [text];
    return typeof value === 'string' || isName(value) ? [text, value] : [text, ...value];
  });
}

export function named(name: string): Name {
  return { name };
}

const LIST = new Intl.ListFormat('en-GB');

/** `a, b and c`; after `most` names the rest is counted. */
export function listed(names: readonly string[], most = 5): Sentence {
  const shown: (string | Name)[] = (names.length > most ? names.slice(0, most - 1) : names).map(named);
  if (names.length > most) shown.push(`${names.length - most + 1} more`);
  const items = shown.values();
  return LIST.formatToParts(shown.map(() => '-')).map(({ type, value }) =>
    type === 'element' ? (items.next().value as string | Name) : value,
  );
}

/** A sentence as one text, names as `mark` makes them. */
export function sentenceText(
  sentence: Sentence,
  mark: (name: string) => string = (name) => name,
  plain: (text: string) => string = (text) => text,
): string {
  return sentence.map((part) => (typeof part === 'string' ? plain(part) : mark(part.name))).join('');
}

function isName(value: Name | Sentence): value is Name {
  return 'name' in value;
}
