/** Two runs side by side, as a page: what changed, and both reports. */
import type { RunDocument } from '../result.ts';
import { compareRuns, nameOf } from './comparison.ts';
import { conclusions, figureOf } from './comparison-table.ts';
import { formatLoad, formatModel } from './format.ts';
import { LIST_STYLE } from './list-style.ts';
import { escapeHtml, wholePage } from './safe-html.ts';

/** Renders the page. The frames are the two reports, at their own addresses. */
export function renderSideBySide(base: RunDocument, next: RunDocument, addresses: { base: string; next: string }): string {
  const comparison = compareRuns(base, next);
  const rows = comparison.rows.map((row) => {
    const texts = [row.workload, formatModel(row.cell), formatLoad(row.cell.load), figureOf(row, 'base'), figureOf(row, 'next')];
    const verdict = row.verdict === 'faster' || row.verdict === 'slower' ? ` class="${row.verdict}"` : '';
    return `<tr>${texts.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}<td${verdict}>${escapeHtml(row.words)}</td></tr>`;
  });
  const table = `<div class="scroll changes" tabindex="0" role="region" aria-label="What changed"><table>
<thead><tr>${['workload', 'model', 'load', 'base', 'new', 'the new one is'].map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
  const unpaired = comparison.unpaired.map((each) => `<li>${escapeHtml(`${nameOf(each)}: ${each.reason}`)}</li>`);
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
    ? '<p>No cell was measured in both runs.</p>'
    : `${conclusions(comparison)
        .map((sentence) => `<p>${escapeHtml(sentence)}</p>`)
        .join('\n')}\n${table}`
}
${unpaired.length === 0 ? '' : `<details><summary>${unpaired.length} not compared</summary><ul>${unpaired.join('')}</ul></details>`}
<div class="frames">${frames.map(([side, { run }, address]) => `<iframe title="${escapeHtml(`${side}: ${run.name}`)}" src="${escapeHtml(address)}"></iframe>`).join('')}</div>
</main>`;
  return wholePage({ title: 'two runs', style: LIST_STYLE, body, allows: ["frame-src 'self'", "form-action 'none'"] });
}
