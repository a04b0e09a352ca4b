/// <reference lib="dom" />
/** The findings of the run in sentences, and a glossary. */
import { plural } from '../../quantity.ts';
import type { RunDocument } from '../../result.ts';
import { type Answer, answersOf } from '../verdicts/answer.ts';
import type { Sentence } from '../verdicts/sentence.ts';
import { verdictGap } from '../verdicts/verdict.ts';
import { withFloorLast } from './choice.ts';
import { type Child, element } from './dom.ts';

/** More would push the warnings and the first figure off the first screen. */
const FIRST_SHOWN = 3;
const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  [
    'model',
    'A way to organise input and output: what waits, what is notified, and how many threads it takes.',
  ],
  ['workload', 'What one request does, for instance one HTTP GET. It is the same under every model.'],
  [
    'cell, trial',
    'A cell is one workload under one model at one load. Each is measured several times, every time in a fresh process: its trials.',
  ],
  [
    'load, clients',
    'How requests arrive. “64 clients” are 64 users, each of whom sends the next request when the last one is answered.',
  ],
  [
    '5,000/s poisson',
    'Requests are sent at this rate on a schedule, at random moments like those of independent users, however slowly they are answered.',
  ],
  [
    'throughput',
    'Requests completed per second, in a typical trial (the geometric mean): 9.82 k/s are 9,820 of them, 1 M/s is a million. More is better.',
  ],
  [
    'latency, p50, p99',
    'How long a request takes. Half of the requests take no longer than p50, and 99 of 100 no longer than p99.',
  ],
  ['CPU/req', 'The CPU time of one request. Less leaves more CPU time for other work.'],
  [
    'switches/req',
    'How often per request the system takes the CPU from one thread and gives it to another. Each switch costs microseconds.',
  ],
  ['max RSS', 'The most memory that the measured process held.'],
  [
    '±',
    'How far off the typical trial’s throughput may be, with 95 % certainty, for this model by itself. A repetition may give any figure within it.',
  ],
  [
    'behind, ★, ≈',
    'How many times more the best one completes. ★: all others are shown to be behind it. ≈: one of several that may be the best.',
  ],
  ['log scale', 'Equal steps on the axis are equal factors: from 1 to 10 is as far as from 10 to 100.'],
  ['1.5 × (1.4 to 1.6)', 'The measured factor, and its 95 % interval over all models that are compared.'],
  [
    'no difference shown, may be chance',
    'The trials differ more from each other than the models do: a repetition may reverse the order.',
  ],
];

/** The answers, one item per workload; choosing one shows that workload. */
export function pageVerdicts(report: RunDocument, choose: (slug: string) => void): HTMLElement[] {
  const answers = answersOf(report);
  const gap = verdictGap(report);
  if (answers.length === 0 && gap === undefined) return [];
  const items = withFloorLast(answers).map((answer) => {
    const show = element(
      'button',
      { type: 'button', class: 'show', 'aria-label': `Show ${answer.workload}` },
      'Show',
    );
    show.addEventListener('click', () => choose(answer.slug));
    return element('li', {}, element('div', {}, ...conclusion(answer, answers.length > 1)), show);
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
        : [
            element(
              'details',
              {},
              element(
                'summary',
                { 'data-key': 'more' },
                `${rest.length} more ${plural(rest.length, 'workload')}`,
              ),
              element('ul', {}, ...rest),
            ),
          ]),
    ),
  ];
}

/**
 * Which model to take, which others may be or are behind, and the reason. With several workloads the rest is
 * shown with each workload.
 */
function conclusion({ subject, take, others, why }: Answer, isBrief: boolean): HTMLElement[] {
  if (take === undefined) return [element('p', {}, ...sentenceNodes(why))];
  return [
    element('p', { class: 'take' }, ...sentenceNodes([subject]), ' · ', ...sentenceNodes([take])),
    ...others.map((sentence) => element('p', { class: 'others' }, ...sentenceNodes([sentence]))),
    ...(why.length === 0
      ? []
      : [
          element(
            'p',
            { class: isBrief ? 'because brief' : 'because' },
            ...sentenceNodes(isBrief ? why.slice(0, 1) : why),
          ),
        ]),
  ];
}

/** The sentences, with names set apart. */
export function sentenceNodes(sentences: readonly Sentence[]): Child[] {
  return sentences.flatMap((sentence, index) => [
    ...(index === 0 ? [] : [' ']),
    ...sentence.map((part) => (typeof part === 'string' ? part : element('code', {}, part.name))),
  ]);
}

/** The glossary, folded. */
export function pageWords(): HTMLElement {
  const entries = WORDS.flatMap(([word, meaning]) => [element('dt', {}, word), element('dd', {}, meaning)]);
  return element(
    'details',
    { class: 'words' },
    element('summary', {}, 'The words used here'),
    element('dl', {}, ...entries),
  );
}
