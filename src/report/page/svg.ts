/// <reference lib="dom" />
/** Elements of drawings. Texts are set as text, as in `dom.ts`. */

const NAMESPACE = 'http://www.w3.org/2000/svg';

export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
