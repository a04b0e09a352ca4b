/// <reference lib="dom" />
/** What was seen on the way of a request through the network: what each step is for, and what shows it. */
import type { StoryStep } from '../../result.ts';
import { formatDuration } from '../formats/format.ts';
import type { Section } from '../summary/sections.ts';
import { element } from './dom.ts';
import { messages, partyNames } from './sequence.ts';

/** No element where the run has built no network. */
export function networkStory({ story, slug }: Section): HTMLElement[] {
  if (story === undefined) return [];
  const parties = [...new Set(story.steps.flatMap(({ from, to }) => [from, to]))];
  return [
    element('h3', { class: 'question' }, 'What happens on the way through the network?'),
    element(
      'figure',
      { class: 'story network', id: `network-${slug}`, 'data-kind': 'network' },
      element(
        'figcaption',
        {},
        element('h4', {}, 'One request, from the first packet on'),
        element('p', { class: 'how' }, story.about),
        element(
          'p',
          { class: 'how' },
          'From top to bottom, not to scale: who sends what to whom, how long that took, what it is for, and what shows it.',
        ),
      ),
      element(
        'div',
        { class: 'parties', 'aria-hidden': 'true' },
        partyNames(parties),
        element('div', { class: 'cost head' }, 'step', element('span', { class: 'amount' }, 'time')),
      ),
      element('ol', {}, ...story.steps.map((step) => stepItem(step, parties))),
    ),
  ];
}

const stepItem = (step: StoryStep, parties: readonly string[]): HTMLElement =>
  element(
    'li',
    {},
    messages(step, parties),
    element(
      'div',
      { class: 'cost' },
      element('strong', {}, step.name),
      element('span', { class: 'amount' }, formatDuration(step.ns)),
      ...(step.explains === undefined ? [] : [element('p', { class: 'explains' }, step.explains)]),
      element('p', { class: 'evidence' }, `Seen in: ${step.evidence}`),
    ),
  );
