/// <reference lib="dom" />
/** Builds the page from the document that stands in it, and keeps it as the reader chooses. */
import type { RunDocument } from '../../result.ts';
import { footnotesOf } from '../footnotes.ts';
import { pageAbout, pageNotes } from './about.ts';
import { adapted, type Choice, firstChoice, mainLoad, sectionOf } from './choice.ts';
import { controls } from './controls.ts';
import { element } from './dom.ts';
import { pageHeading, pageWarnings } from './heading.ts';
import { listen } from './live.ts';
import { pageModels } from './models.ts';
import { type View, workloadView } from './section.ts';
import { onThemeChange } from './theme.ts';
import { pageVerdicts } from './verdicts.ts';

const main = document.getElementById('report') ?? document.body.appendChild(element('main'));
const report = JSON.parse(document.getElementById('document')?.textContent ?? '') as RunDocument;

let choice = firstChoice(report);
let show = build(report);
let highlighted: string | undefined;
let view: View | undefined;

show(choice);
onThemeChange(drawAll);
matchMedia('(max-width: 640px)').addEventListener('change', drawAll);
listen(report, (grown) => {
  choice = adapted(choice, grown);
  show = build(grown);
  show(choice);
});

/** Puts the page together for a report, and returns what shows a choice in it. */
function build(current: RunDocument): (next: Choice) => void {
  const footnotes = footnotesOf(current.cells);
  const choose = (change: Partial<Choice>) => show({ ...choice, ...change });
  const bar = controls(current, { choose, highlight, resetZoom: () => view?.figures.forEach((figure) => void figure.resetZoom()) });
  const chosen = element('div', { id: 'chosen' });
  const models = element('div', {});
  const showWorkload = (slug: string) => {
    const section = sectionOf(current, slug);
    choose({ slug, load: section && mainLoad(section) });
    bar.element.scrollIntoView();
  };
  main.replaceChildren(
    pageHeading(current),
    ...pageWarnings(current),
    ...pageVerdicts(current, showWorkload),
    bar.element,
    chosen,
    models,
    pageNotes(footnotes),
    pageAbout(current),
  );
  return (next) => {
    choice = next;
    bar.update(next);
    view?.figures.forEach((figure) => void figure.remove());
    view = workloadView(current, next, footnotes, () => highlighted);
    chosen.replaceChildren(view.element);
    models.replaceChildren(pageModels(current, next));
    drawAll();
  };
}

function highlight(name: string | undefined): void {
  if (name === highlighted) return;
  highlighted = name;
  drawAll();
}

function drawAll(): void {
  for (const figure of view?.figures ?? []) figure.draw();
}
