/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Draws slow parts of the page only when they come near the screen, or when the page is printed. */

/** How far around the screen is near, in heights of the screen. */
const NEAR = 1;

const waiting = new Map<Element, () => void>();
const coming = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) meet(target);
  },
  { rootMargin: `${NEAR * 100}% 0px` },
);
addEventListener('beforeprint', () => [...waiting.keys()].forEach(meet));

/**
 * Calls `draw` at once where the element is near, or else as soon as it is; of several calls for one element
 * the last counts.
 */
export function whenNear(element: Element, draw: () => void): void {
  waiting.set(element, draw);
  const { top, bottom } = element.getBoundingClientRect();
  if (top < innerHeight * (1 + NEAR) && bottom > -innerHeight * NEAR) meet(element);
  else coming.observe(element);
}

/** Ends the waiting of an element that is gone. */
export function forget(element: Element): void {
  coming.unobserve(element);
  waiting.delete(element);
}

function meet(element: Element): void {
  const draw = waiting.get(element);
  forget(element);
  draw?.();
}
