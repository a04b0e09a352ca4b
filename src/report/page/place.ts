/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Keeps the reader's place while parts of the page are made anew: focus, what is unfolded, and what stands
 * where on the screen. By hand: a keyed renderer keeps focus and what is unfolded, but not what stands where,
 * and charts are canvases that live on beside its tree.
 */

const FOCUSABLE = 'button, select, summary, a, [tabindex]';

/**
 * Runs `change`, which may replace any part of `root`. The element that had the focus gets it again, found by
 * its name and place; what was unfolded stays so; and what the reader was looking at stays where it was on
 * the screen.
 */
export function keepingPlace(root: HTMLElement, change: () => void): void {
  const focused = document.activeElement;
  const focusedName =
    focused instanceof HTMLElement && root.contains(focused) ? nameIn(root, focused) : undefined;
  const unfolded = new Set([...root.querySelectorAll('details[open]')].map((details) => nameOf(details)));
  const seen = firstSeen(root);
  change();
  for (const details of root.querySelectorAll('details'))
    if (unfolded.has(nameOf(details))) details.open = true;
  const next =
    focusedName === undefined || document.activeElement === focused ? undefined : findIn(root, focusedName);
  next?.focus({ preventScroll: true });
  const moved = seen === undefined ? undefined : document.getElementById(seen.id);
  if (seen !== undefined && moved) scrollBy(0, moved.getBoundingClientRect().top - seen.top);
}

/** The first part that begins on the screen. */
function firstSeen(root: HTMLElement): { id: string; top: number } | undefined {
  for (const part of root.querySelectorAll('section[id], figure[id]')) {
    const { top } = part.getBoundingClientRect();
    if (top >= 0 && top < innerHeight) return { id: part.id, top };
  }
  return undefined;
}

/** A name, and how many before it have the same one. */
interface Numbered {
  readonly name: string;
  readonly number: number;
}

function nameIn(root: HTMLElement, wanted: HTMLElement): Numbered {
  const name = nameOf(wanted);
  return { name, number: namesakes(root, name).indexOf(wanted) };
}

function findIn(root: HTMLElement, { name, number }: Numbered): HTMLElement | undefined {
  return namesakes(root, name)[number];
}

function namesakes(root: HTMLElement, name: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((each) => nameOf(each) === name);
}

/** Where it stands and how it is called: a text that outlives the element. */
function nameOf(of: Element): string {
  const own = of instanceof HTMLDetailsElement ? (of.querySelector('summary') ?? of) : of;
  const called =
    own.getAttribute('data-key') ??
    own.getAttribute('aria-label') ??
    own.getAttribute('href') ??
    own.textContent;
  return [own.parentElement?.closest('[id]')?.id, own.tagName, own.id, called].join(' ');
}
