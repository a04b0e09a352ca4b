/// <reference lib="dom" />
/** Builds the page from the document that stands in it. */
import type { RunDocument } from '../../result.ts';
import { drawCharts } from './charts.ts';
import { element } from './dom.ts';
import { pageHeading, pageModels, pageWarnings } from './heading.ts';
import { pageContents, pageSections } from './section.ts';

const report = JSON.parse(document.getElementById('document')?.textContent ?? '') as RunDocument;
const main = document.getElementById('report') ?? document.body.appendChild(element('main'));

main.replaceChildren(pageHeading(report), ...pageWarnings(report), ...pageContents(report), ...pageSections(report), ...pageModels(report));
drawCharts();
