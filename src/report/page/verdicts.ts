/// <reference lib="dom" />
/** What the run shows, in sentences, and the words they use. */
import type { RunDocument } from '../../result.ts';
import type { Sentence } from '../sentence.ts';
import { verdictGap, verdictsOf } from '../verdict.ts';
import { type Child, element } from './dom.ts';

const FIRST_SHOWN = 8;
const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ['model', 'A way to organise input and output: who waits, who is told, and how many threads it takes.'],
  ['workload', 'What one request does, for instance one HTTP GET. It is the same under every model.'],
  ['load, clients', 'How requests come. “64 clients” are 64 users, each of whom sends the next request when the last one is answered.'],
  ['throughput', 'Requests completed per second. More is better.'],
  ['latency, p50, p99', 'How long a request takes. Half of the requests take no longer than p50, and 99 of 100 no longer than p99.'],
  ['CPU/req', 'CPU time that one request costs. Less leaves more room for other work.'],
  ['1.5 × (1.4 to 1.6)', 'The factor that was measured, and where it lies with 95 % certainty over all models that are compared.'],
  ['no difference shown', 'The trials differ more from each other than the models do: a repetition may turn the order around.'],
];

/** The verdicts, a line a workload; choosing one shows that workload. */
export function pageVerdicts(report: RunDocument, choose: (slug: string) => void): HTMLElement[] {
  const verdicts = verdictsOf(report);
  const gap = verdictGap(report);
  if (verdicts.length === 0 && gap === undefined) return [];
  const items = verdicts.map((verdict) => {
    const show = element('button', { type: 'button', class: 'show', 'aria-label': `Show ${verdict.workload}` }, 'Show');
    show.addEventListener('click', () => choose(verdict.slug));
    return element('li', {}, element('p', {}, ...sentenceNodes(verdict.sentences)), show);
  });
  const rest = items.slice(FIRST_SHOWN);
  return [
    element(
      'section',
      { class: 'verdicts', id: 'verdicts' },
      element('h2', {}, 'What this run shows'),
      ...(gap === undefined ? [] : [element('p', {}, gap)]),
      element('ul', {}, ...items.slice(0, FIRST_SHOWN)),
      ...(rest.length === 0
        ? []
        : [element('details', {}, element('summary', { 'data-key': 'more' }, `${rest.length} more workloads`), element('ul', {}, ...rest))]),
      words(),
    ),
  ];
}

/** The sentences, with names set apart. */
export function sentenceNodes(sentences: readonly Sentence[]): Child[] {
  return sentences.flatMap((sentence, index) => [
    ...(index === 0 ? [] : [' ']),
    ...sentence.map((part) => (typeof part === 'string' ? part : element('code', {}, part.name))),
  ]);
}

function words(): HTMLElement {
  const entries = WORDS.flatMap(([word, meaning]) => [element('dt', {}, word), element('dd', {}, meaning)]);
  return element('details', { class: 'words' }, element('summary', {}, 'The words used here'), element('dl', {}, ...entries));
}
