/// <reference lib="dom" />
/** The reader's controls: workload, load, axes, models. The list of models is the legend of all charts. */
import type { RunDocument } from '../../result.ts';
import type { ScaleChoice } from '../charts/look.ts';
import { stylesOf } from '../charts/palette.ts';
import { formatLoad, formatParams } from '../formats/format.ts';
import { sectionsOf } from '../summary/sections.ts';
import { type Choice, mainLoad, modelNames, sectionOf } from './choice.ts';
import { element } from './dom.ts';
import { swatch } from './swatch.ts';
import { themeSwitch } from './theme.ts';

export interface Choosing {
  choose(change: Partial<Choice>): void;
  /** Highlights a model; without one, ends the highlight. */
  highlight(name: string | undefined): void;
  resetZoom(): void;
}
const SCALES: Readonly<Record<ScaleChoice, string>> = {
  auto: 'as fits',
  linear: 'linear',
  log: 'logarithmic',
};

/** A text that changes when a report needs another bar: with its workloads and models. */
export function controlsKey(report: RunDocument): string {
  return JSON.stringify([workloadOptions(report), modelNames(report)]);
}

/** The bar of controls, for all reports of one key; `update` shows another choice in it, or more loads. */
export function controls(
  current: () => RunDocument,
  choosing: Choosing,
): { element: HTMLElement; update(choice: Choice): void } {
  const workload = field('Workload', 'workload', (value) => {
    const section = sectionOf(current(), value);
    choosing.choose({ slug: value, load: section && mainLoad(section) });
  });
  const load = field('Load', 'load', (value) => choosing.choose({ load: value }));
  const scale = field('Axes', 'scale', (value) => choosing.choose({ scale: value as ScaleChoice }));
  fill(workload.select, workloadOptions(current()));
  fill(scale.select, Object.entries(SCALES));
  const reset = action('Reset zoom', () => choosing.resetZoom());
  const chips = modelChips(current(), choosing);
  return {
    element: element(
      'section',
      { class: 'controls', 'aria-label': 'What to show' },
      element('div', { class: 'fields' }, workload.label, load.label, scale.label, themeSwitch(), reset),
      chips.element,
    ),
    update(choice) {
      const section = sectionOf(current(), choice.slug);
      const loads = (section?.parts ?? []).map((part) => formatLoad(part.load));
      fill(
        load.select,
        loads.map((name) => [name, name]),
      );
      // A search has no load to choose: what it tried is in its capacity.
      load.label.hidden = loads.length === 0;
      workload.select.value = choice.slug;
      load.select.value = choice.load ?? '';
      scale.select.value = choice.scale;
      chips.update(choice);
    },
  };
}

/** The sections by slug; with their parameters where several are of one workload. */
function workloadOptions(report: RunDocument): [slug: string, text: string][] {
  const sections = sectionsOf(report);
  return sections.map(({ slug, workload, params, units }) => {
    const isAlone = sections.filter((other) => other.workload === workload).length === 1;
    const details = formatParams(params, units);
    return [slug, isAlone || details === '' ? workload : `${workload} (${details})`];
  });
}

function modelChips(report: RunDocument, { choose, highlight }: Choosing) {
  let hidden: ReadonlySet<string> = new Set();
  const [names, styles] = [modelNames(report), stylesOf(report.run.models)];
  const chips = names.map(({ name, model }) => {
    const chip = element(
      'button',
      { type: 'button', class: 'chip', 'aria-pressed': 'true' },
      swatch(model, styles),
      name,
    );
    chip.addEventListener('click', () =>
      choose({ hidden: hidden.has(name) ? without(hidden, name) : new Set([...hidden, name]) }),
    );
    for (const event of ['pointerenter', 'focus'])
      chip.addEventListener(event, () => !hidden.has(name) && highlight(name));
    for (const event of ['pointerleave', 'blur']) chip.addEventListener(event, () => highlight(undefined));
    return { name, chip };
  });
  const all = action('Show all', () => choose({ hidden: new Set() }));
  const none = action('Hide all', () => choose({ hidden: new Set(names.map(({ name }) => name)) }));
  return {
    element: element(
      'div',
      { class: 'chips', role: 'group', 'aria-label': 'Models shown' },
      all,
      none,
      ...chips.map(({ chip }) => chip),
    ),
    update(choice: Choice) {
      hidden = choice.hidden;
      for (const { name, chip } of chips) chip.setAttribute('aria-pressed', String(!hidden.has(name)));
    },
  };
}

function without(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...set].filter((other) => other !== name));
}

function field(text: string, id: string, change: (value: string) => void) {
  const select = element('select', { id });
  select.addEventListener('change', () => change(select.value));
  return { select, label: element('div', { class: 'field' }, element('label', { for: id }, text), select) };
}

/** Does not touch a list that has not changed: it may be open. */
function fill(select: HTMLSelectElement, options: readonly (readonly [value: string, text: string])[]): void {
  if (JSON.stringify([...select.options].map(({ value, text }) => [value, text])) === JSON.stringify(options))
    return;
  select.replaceChildren(...options.map(([value, text]) => element('option', { value }, text)));
}

function action(text: string, click: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', class: 'action' }, text);
  made.addEventListener('click', click);
  return made;
}
