/** Two runs side by side, as a page: what changed, and both reports. */
import type { RunDocument } from '../../result.ts';
import { formatModel } from '../formats/format.ts';
import { LIST_STYLE } from '../formats/list-style.ts';
import { escapeHtml, wholePage } from '../formats/safe-html.ts';
import { groupBy } from '../summary/sections.ts';
import { type ComparisonRow, compareRuns, loadText } from './comparison.ts';
import { conclusions, figureOf, formatPValue } from './comparison-table.ts';

function rowOf(row: ComparisonRow): string {
  const figures = [figureOf(row, 'base'), figureOf(row, 'next'), formatPValue(row.pValue)].map(
    (text) => `<td class="number">${escapeHtml(text)}</td>`,
  );
  const verdict = row.verdict === 'faster' || row.verdict === 'slower' ? ` class="${row.verdict}"` : '';
  return `<tr><td>${escapeHtml(formatModel(row.cell))}</td>${figures.join('')}<td${verdict}>${escapeHtml(row.words)}</td></tr>`;
}

/**
 * Renders the page: a group of rows a workload and load. The frames are the two reports, at their own
 * addresses.
 */
export function renderSideBySide(
  base: RunDocument,
  next: RunDocument,
  addresses: { base: string; next: string },
): string {
  const comparison = compareRuns(base, next);
  const groups = groupBy(comparison.rows, (row) => JSON.stringify([row.workload, loadText(row)])).map(
    (rows) => {
      const heading = `${rows[0].workload}, ${loadText(rows[0])}`;
      return `<tbody><tr><th colspan="5" scope="rowgroup">${escapeHtml(heading)}</th></tr>\n${rows.map(rowOf).join('\n')}</tbody>`;
    },
  );
  const table = `<div class="scroll changes" tabindex="0" role="region" aria-label="What changed"><table>
<thead><tr>${['model', 'base', 'new', 'p', 'the new one is'].map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
${groups.join('\n')}</table></div>`;
  const unpaired = groupBy(comparison.unpaired, (each) => JSON.stringify([each.workload, each.reason])).map(
    (alike) => {
      const cells = alike.map((each) => `${formatModel(each.cell)} with ${loadText(each)}`);
      return `<li>${escapeHtml(`${alike[0].workload}: ${alike[0].reason}: ${cells.join(', ')}`)}</li>`;
    },
  );
  const frames = [
    ['base', base, addresses.base],
    ['new', next, addresses.next],
  ] as const;
  const body = `<main>
<p><a href="/">All runs</a></p>
<h1>${escapeHtml(next.run.name)}, compared with ${escapeHtml(base.run.name)}</h1>
<p class="muted">base ${escapeHtml(base.run.id)} · new ${escapeHtml(next.run.id)}</p>
${comparison.warnings.map((warning) => `<p><strong>${escapeHtml(warning)}</strong></p>`).join('\n')}
${
  comparison.rows.length === 0
    ? '<p>No cell was measured in both runs, and no capacity found in both.</p>'
    : `${conclusions(comparison)
        .map((sentence) => `<p>${escapeHtml(sentence)}</p>`)
        .join('\n')}\n${table}`
}
${unpaired.length === 0 ? '' : `<details><summary>${unpaired.length} not compared</summary><ul>${unpaired.join('')}</ul></details>`}
<div class="frames">${frames.map(([side, { run }, address]) => `<iframe title="${escapeHtml(`${side}: ${run.name}`)}" src="${escapeHtml(address)}"></iframe>`).join('')}</div>
</main>`;
  return wholePage({
    title: 'two runs',
    style: LIST_STYLE,
    body,
    allows: ["frame-src 'self'", "form-action 'none'"],
  });
}
