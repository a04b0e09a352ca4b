/** The report as one HTML file that loads nothing else: style, script, charts and data are inside. */
import { readFileSync } from 'node:fs';
import { printableJson } from '../../printable.ts';
import type { RunDocument } from '../../result.ts';
import { digestOf, escapeHtml } from './safe-html.ts';

export interface PageParts {
  /** The script that builds the page from the document. */
  readonly script: string;
  readonly style: string;
}
export interface HtmlOptions {
  /** The address from which a served page receives new reports; without it, the page is a file. */
  readonly events?: string;
}

/**
 * Renders the page for a document.
 * @throws Error if the page's script was not built (it is, wherever the program itself was).
 */
export function renderHtml(document: RunDocument, options: HtmlOptions = {}): string {
  return htmlPage(document, { script: readPart('page.js'), style: readPart('style.css') }, options);
}

/** Puts the page together. Names in the document cannot end the script that holds them, nor run. */
export function htmlPage(
  document: RunDocument,
  { script, style }: PageParts,
  { events }: HtmlOptions = {},
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script, events !== undefined)}">
${events === undefined ? '' : `<meta name="iobench-events" content="${escapeHtml(events)}">\n`}<title>${escapeHtml(document.run.name)} – iobench</title>
<style>
${style}</style>
</head>
<body>
<main id="report"><noscript><p>This report draws its tables and charts with a script that is part of this file.</p></noscript></main>
<script type="application/json" id="document">${jsonInScript(document)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Only this very script runs, and nothing is fetched; a served page may contact its own server. */
function policyFor(script: string, isServed: boolean): string {
  const connect = isServed ? "; connect-src 'self'" : '';
  return `default-src 'none'; script-src '${digestOf(script)}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'${connect}`;
}

/** JSON that cannot close the script element it stands in, nor open a comment there. */
function jsonInScript(value: unknown): string {
  return printableJson(value).replaceAll('<', '\\u003c');
}

function readPart(name: string): string {
  return readFileSync(new URL(`../page/${name}`, import.meta.url), 'utf8');
}
