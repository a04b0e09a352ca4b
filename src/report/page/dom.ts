/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Elements. Texts are set as text and never parsed, so that no name in a result can become markup. */

export type Child = Node | string;

/** Makes an element; `attributes` are set as they are, `children` that are texts stay texts. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
