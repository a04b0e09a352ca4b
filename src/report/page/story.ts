/// <reference lib="dom" />
/** A request as a conversation: who sends what to whom, and how long each step takes. */
import type { DescribedPhase, MeasuredCell, Phase } from '../../result.ts';
import { phaseColours, phasesOf, UNMARKED } from '../charts/phases.ts';
import { formatDuration, formatLoad, formatModel, formatShare } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { element } from './dom.ts';
import { messages, partyNames, sized } from './sequence.ts';

/** Of what nobody sends, less than this share of a request is not listed. */
const LEAST_SHARE = 0.002;

type Colours = ReturnType<typeof phaseColours>;

/** The model whose times were asked for last: a choice of something else does not end that. */
let asked: string | undefined;

/** The conversation of a workload that describes its phases; no element for others. */
export function story({ phases: described, slug }: Section, { load, cells }: LoadPart): HTMLElement[] {
  const timed = cells.filter(isMeasured).filter((cell) => phasesOf(cell).length > 0);
  const best = timed.toSorted((a, b) => b.throughputPerSecond.median - a.throughputPerSecond.median)[0];
  if (described.length === 0 || best === undefined) return [];
  const colours = phaseColours(cells);
  const select = element('select', { id: `story-of-${slug}` });
  select.append(...timed.map((cell) => element('option', {}, formatModel(cell))));
  const steps = element('div');
  const show = () => {
    const cell = timed.find((each) => formatModel(each) === select.value) ?? best;
    steps.replaceChildren(conversation(described, cell, colours));
  };
  select.addEventListener('change', () => {
    asked = select.value;
    show();
  });
  select.value = formatModel(timed.find((cell) => formatModel(cell) === asked) ?? best);
  show();
  return [
    element('h3', { class: 'question' }, 'What happens in a request?'),
    element(
      'figure',
      { class: 'story', id: `story-${slug}`, 'data-kind': 'story' },
      element(
        'figcaption',
        {},
        element('h4', {}, 'One request, step by step'),
        element('p', { class: 'at' }, formatLoad(load)),
        element(
          'p',
          { class: 'how' },
          'From top to bottom, not to scale: who sends what to whom, the time within which half of the requests are done with that step (p50), and its share of the mean request.',
        ),
        element('div', { class: 'under' }, element('label', { for: select.id }, 'Times under'), select),
      ),
      steps,
    ),
  ];
}

function conversation(
  described: readonly DescribedPhase[],
  cell: MeasuredCell,
  colours: Colours,
): HTMLElement {
  const phases = phasesOf(cell);
  const totalNs = phases.reduce((sum, { perRequestNs }) => sum + perRequestNs, 0);
  const shareOf = ({ perRequestNs }: Phase) => (totalNs === 0 ? 0 : perRequestNs / totalNs);
  const messageOf = ({ name }: Phase) =>
    described.find((each) => each.name === name && each.from !== each.to);
  const shown = phases.filter(
    (phase) => phase.requests > 0 && (messageOf(phase) !== undefined || shareOf(phase) >= LEAST_SHARE),
  );
  const parties = [...new Set(shown.flatMap((phase) => partiesOf(messageOf(phase))))];
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'parties', 'aria-hidden': 'true' },
      partyNames(parties),
      element(
        'div',
        { class: 'cost head' },
        'step',
        element('span', { class: 'amount' }, 'p50'),
        element('span', { class: 'amount' }, 'share'),
      ),
    ),
    element(
      'ol',
      {},
      ...shown.map((phase) =>
        element(
          'li',
          {},
          messages(messageOf(phase), parties),
          cost(phase, shareOf(phase), colours.get(phase.name)),
        ),
      ),
    ),
  );
}

const partiesOf = (message: DescribedPhase | undefined): string[] =>
  message === undefined ? [] : [message.from, message.to];

function cost(
  { name, ns }: Phase,
  share: number,
  colour: { light: string; dark: string } | undefined,
): HTMLElement {
  const bar = sized(element('i'), 'width', `${100 * share}%`);
  for (const [theme, value] of Object.entries(colour ?? {})) bar.style.setProperty(`--${theme}`, value);
  return element(
    'div',
    { class: 'cost' },
    element('strong', {}, UNMARKED[name] ?? name),
    element(
      'span',
      { class: 'amount' },
      element('span', { class: 'unseen' }, 'p50 '),
      formatDuration(ns.p50),
    ),
    element('span', { class: 'amount' }, element('span', { class: 'unseen' }, 'share '), formatShare(share)),
    element('div', { class: 'share' }, bar),
  );
}
