/// <reference lib="dom" />
/** A sequence diagram: parties side by side, and what they send each other from top to bottom. */
import type { DescribedPhase } from '../../result.ts';
import { element } from './dom.ts';

/** What one sends to another; to itself, what it does. */
export type Message = Pick<DescribedPhase, 'from' | 'to' | 'says' | 'answers'>;

/** The names above the lifelines. */
export const partyNames = (parties: readonly string[]): HTMLElement =>
  sized(
    element('b', {}, ...parties.map((name) => element('span', { class: 'party' }, name))),
    '--parties',
    String(Math.max(1, parties.length)),
  );

/** The lifelines of the parties, and what is sent between them in one step. */
export function messages(message: Message | undefined, parties: readonly string[]): HTMLElement {
  const at = (party: string) => (100 * (parties.indexOf(party) + 0.5)) / parties.length;
  const lines = parties.map((party) => sized(element('i', { class: 'lifeline' }), 'left', `${at(party)}%`));
  if (message === undefined) return element('div', { class: 'messages' }, ...lines);
  const { from, to, says, answers } = message;
  if (from === to)
    return element('div', { class: 'messages' }, ...lines, deed(from, says, at(from), parties));
  const arrow = (sender: string, receiver: string, text: string, isAnswer: boolean) => {
    const [start, end] = [at(sender), at(receiver)];
    const way = end < start ? 'leftwards' : 'rightwards';
    const made = element(
      'div',
      { class: `message ${way}${isAnswer ? ' answer' : ''}` },
      element('span', { class: 'unseen' }, `${sender} to ${receiver}: `),
      element('span', {}, text),
    );
    made.style.marginLeft = `${Math.min(start, end)}%`;
    made.style.width = `${Math.abs(end - start)}%`;
    return made;
  };
  return element(
    'div',
    { class: 'messages' },
    ...lines,
    arrow(from, to, says, false),
    ...(answers === undefined ? [] : [arrow(to, from, answers, true)]),
  );
}

/** What a party does by itself: a box on its lifeline. */
function deed(party: string, text: string, at: number, parties: readonly string[]): HTMLElement {
  const made = element(
    'div',
    { class: 'deed' },
    element('span', { class: 'unseen' }, `${party}: `),
    element('span', {}, text),
  );
  made.style.marginLeft = `${at - 50 / parties.length}%`;
  made.style.width = `${100 / parties.length}%`;
  return made;
}

/** With a property of its style: the page's policy lets no attribute set one. */
export function sized(made: HTMLElement, property: string, value: string): HTMLElement {
  made.style.setProperty(property, value);
  return made;
}
