/** The list of all runs, as a page: search, a link to each report, and two to compare. */
import { counted } from '../../quantity.ts';
import type { RunHeader } from '../../result.ts';
import { formatMoment } from './format.ts';
import { LIST_STYLE } from './list-style.ts';
import { escapeHtml, wholePage } from './safe-html.ts';

export interface ListedRun {
  /** The folder's name, which is its address. */
  readonly id: string;
  /** `undefined` where the file cannot be read. */
  readonly header: RunHeader | undefined;
  readonly isGoingOn: boolean;
}

/** Finds rows by their text; without it, the list is whole. */
const SEARCH = `
const search = document.getElementById('search');
const count = document.getElementById('count');
const rows = [...document.querySelectorAll('tbody tr')];
search.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\\s+/);
  for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  count.textContent = rows.filter((row) => !row.hidden).length + ' of ' + rows.length + (rows.length === 1 ? ' run' : ' runs');
});
`;

/** Renders the list; `runs` are in the order in which they are shown. */
export function renderList(runs: readonly ListedRun[], folder: string): string {
  const body = `<main>
<h1>iobench: ${counted(runs.length, 'run')}</h1>
<p class="muted">in ${escapeHtml(folder)}, newest first</p>
<form action="/compare" method="get">
<div class="bar"><label><span>Search</span><input type="search" id="search" autocomplete="off"></label>
<button type="submit">Compare the two that are marked</button>
<span id="count" class="muted" role="status"></span></div>
<div class="scroll runs" tabindex="0" role="region" aria-label="Runs"><table>
<thead><tr><th scope="col">run</th><th scope="col">began</th><th scope="col">workloads</th><th scope="col">models</th><th scope="col">machine</th><th scope="col">base</th><th scope="col">new</th></tr></thead>
<tbody>${runs.map(row).join('\n')}</tbody></table></div>
</form>
</main>`;
  return wholePage({
    title: 'runs',
    style: LIST_STYLE,
    body,
    script: SEARCH,
    allows: ["form-action 'self'"],
  });
}

function row({ id, header, isGoingOn }: ListedRun, index: number): string {
  const address = `/runs/${encodeURIComponent(id)}/`;
  const label = escapeHtml(id);
  const mark = (name: string, isChosen: boolean) =>
    `<td><input type="radio" name="${name}" value="${label}" aria-label="${label} as ${name}"${isChosen ? ' checked' : ''}></td>`;
  const facts =
    header === undefined
      ? ['', 'cannot be read', '', '']
      : [
          formatMoment(header.startedAt),
          header.workloads.map(({ name }) => name).join(', '),
          String(header.models.length),
          `${header.environment.cpuModel} × ${header.environment.cpuCount}, Node ${header.environment.node}`,
        ];
  const going = isGoingOn ? ' <span class="going">going on</span>' : '';
  return `<tr><td><a href="${escapeHtml(address)}">${label}</a>${going}</td>${facts.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}${mark('base', index === 1)}${mark('new', index === 0)}</tr>`;
}
