/// <reference lib="dom" />
/** The end of the page: environment, the command to run it again, the data. */
import type { RunDocument } from '../../result.ts';
import { formatBytes, formatMoment } from '../formats/format.ts';
import { systemOf, timingPhrase } from '../formats/heading.ts';
import { element } from './dom.ts';

/** Where and how it was measured, and the data. */
export function pageAbout(report: RunDocument): HTMLElement {
  const { environment, command, id, seed, trials, startedAt } = report.run;
  const facts: readonly (readonly [string, string])[] = [
    ['Run', id],
    ['Began', formatMoment(startedAt)],
    ['Trials per cell', String(trials)],
    ['Seed', String(seed)],
    ['CPU', `${environment.cpuModel} × ${environment.cpuCount}`],
    ['Memory', formatBytes(environment.memoryBytes)],
    ['System', `${systemOf(environment)} ${environment.arch}`],
    ['Node', `${environment.node} (V8 ${environment.v8}, libuv ${environment.libuv})`],
    ['iobench', environment.iobench],
    ['Files on', environment.dataFileSystem],
    ['libuv threads', String(environment.uvThreadpoolSize)],
    ['Load average before', environment.loadAverageBefore.toFixed(2)],
    ...(environment.timing === undefined
      ? []
      : [['Timing before', timingPhrase(environment.timing)] as const]),
    ...(environment.gitCommit === undefined ? [] : [['Commit', environment.gitCommit] as const]),
  ];
  return element(
    'section',
    { class: 'about', id: 'about' },
    element('h2', {}, 'Environment and data'),
    element(
      'dl',
      { class: 'environment' },
      ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    ),
    element('h3', {}, 'Run it again'),
    element(
      'pre',
      { tabindex: '0', 'aria-label': 'The command that makes this run again' },
      element('code', {}, command),
    ),
    element('p', { class: 'download' }, download(report)),
  );
}

/** The document itself. The link is made on demand: otherwise the text would be in memory twice. */
function download(report: RunDocument): HTMLElement {
  const button = element('button', { type: 'button', class: 'action' }, 'Download the data (JSON)');
  button.addEventListener('click', () => {
    const url = URL.createObjectURL(
      new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }),
    );
    element('a', { href: url, download: `${report.run.id}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
  return button;
}
