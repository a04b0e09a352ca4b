/// <reference lib="dom" />
/** Builds the page from the document inside it, and shows what the reader chooses. */
import type { RunDocument } from '../../result.ts';
import { pageAbout } from './about.ts';
import { adapted, type Choice, firstChoice, mainLoad, sectionOf } from './choice.ts';
import { type Choosing, controls, controlsKey } from './controls.ts';
import { element } from './dom.ts';
import { pageHeading, pageWarnings } from './masthead.ts';
import { pageModels } from './models.ts';
import { keepingPlace } from './place.ts';
import { type View, workloadView } from './section.ts';
import { onThemeChange } from './theme.ts';
import { listen } from './updates.ts';
import { pageVerdicts, pageWords } from './verdicts.ts';

const main = document.getElementById('report') ?? document.body.appendChild(element('main'));
const [top, chosen, models, end] = [
  element('div'),
  element('div', { id: 'chosen' }),
  element('div'),
  element('div'),
];

let report = JSON.parse(document.getElementById('document')?.textContent ?? '') as RunDocument;
let choice = firstChoice(report);
let highlighted: string | undefined;
let view: View = { element: main, figures: [] };
const choosing: Choosing = {
  choose: (change) => keepingPlace(main, () => show({ ...choice, ...change })),
  highlight(name) {
    if (name === highlighted) return;
    highlighted = name;
    drawAll();
  },
  resetZoom: () => view.figures.forEach((figure) => void figure.zoomTo({})),
};
let bar = controls(() => report, choosing);

main.replaceChildren(top, bar.element, chosen, models, end);
frame();
show(choice);
// From here on the reader can choose: what browsers and tests measure the opening by.
performance.mark('iobench-ready');
onThemeChange(drawAll);
matchMedia('(max-width: 640px)').addEventListener('change', drawAll);
listen(report, (grown) => keepingPlace(main, () => grow(grown)));

/** Shows the new report. The controls are kept as long as they still fit. */
function grow(grown: RunDocument): void {
  const fits = controlsKey(grown) === controlsKey(report);
  report = grown;
  if (!fits) {
    const next = controls(() => report, choosing);
    bar.element.replaceWith(next.element);
    bar = next;
  }
  frame();
  show(adapted(choice, grown));
}

/** What stands above and below whatever is chosen. */
function frame(): void {
  top.replaceChildren(
    pageHeading(report),
    ...pageVerdicts(report, showWorkload),
    ...pageWarnings(report),
    pageWords(),
  );
  end.replaceChildren(pageAbout(report));
}

function showWorkload(slug: string): void {
  const section = sectionOf(report, slug);
  choosing.choose({ slug, load: section && mainLoad(section) });
  bar.element.scrollIntoView();
}

function show(next: Choice): void {
  // On axes of another kind the same range would be another cut.
  const ranges = new Map(
    next.scale === choice.scale ? view.figures.map((figure) => [figure.name, figure.ranges()]) : [],
  );
  choice = next;
  bar.update(next);
  view.figures.forEach((figure) => void figure.remove());
  view = workloadView(report, next, () => highlighted);
  chosen.replaceChildren(view.element);
  models.replaceChildren(pageModels(report, next));
  for (const figure of view.figures) figure.zoomTo(ranges.get(figure.name) ?? {});
}

function drawAll(): void {
  for (const figure of view.figures) figure.draw();
}
