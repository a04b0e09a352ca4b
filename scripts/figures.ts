/**
 * Fills in the figures that stand in prose, from the reference runs: `npm run figures`. In Markdown a figure
 * stands between two comments, which nobody sees: `<!-- reference: http-get epoll c64 throughput -->10.3
 * k/s<!-- / -->`. Two models, `epoll/sync-blocking`, are how many times the first has what the second has;
 * `reference: answer http-get` is what a terminal shows of that workload before its tables.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  formatDuration,
  formatLatency,
  formatRate,
  formatRatio,
  formatShare,
} from '../dist/report/formats/format.js';
import { renderText } from '../dist/report/formats/text.js';
import { summarise } from '../dist/report/summary/document.js';
import type { MeasuredCell, RunDocument } from '../dist/result.js';
import { runFileIn } from '../dist/run/stored/run-file.js';
import { readRun } from '../dist/run/stored/store.js';
import { measuredCells } from './validate/iobench.ts';

const root = path.join(import.meta.dirname, '..');

/** Files with figures in their prose. */
export const PAGES: readonly string[] = [
  'README.md',
  'docs/reference.md',
  'docs/loads.md',
  'docs/capacity.md',
];

interface Figure {
  value(cell: MeasuredCell): number;
  text(cell: MeasuredCell): string;
}

const FIGURES: Readonly<Record<string, Figure>> = {
  throughput: {
    value: ({ throughputPerSecond }) => throughputPerSecond.median,
    text: ({ throughputPerSecond }) => formatRate(throughputPerSecond.median),
  },
  mean: { value: ({ latencyNs }) => latencyNs.mean, text: (cell) => formatLatency(cell, 'mean') },
  p50: { value: ({ latencyNs }) => latencyNs.p50 ?? Number.NaN, text: (cell) => formatLatency(cell, 'p50') },
  p99: { value: ({ latencyNs }) => latencyNs.p99 ?? Number.NaN, text: (cell) => formatLatency(cell, 'p99') },
  cpu: { value: ({ cpu }) => cpu.perRequestNs, text: ({ cpu }) => formatDuration(cpu.perRequestNs) },
  blocked: {
    value: ({ threadTime }) => threadTime?.blocked ?? Number.NaN,
    text: ({ threadTime }) => formatShare(threadTime?.blocked ?? Number.NaN),
  },
  dispatch: {
    value: ({ dispatchNs }) => dispatchNs?.mean ?? Number.NaN,
    text: ({ dispatchNs }) => formatDuration(dispatchNs?.mean ?? null),
  },
};

/** Of a page in a repository. */
const ANSWER_WIDTH = 108;

const documents = new Map<string, RunDocument>();

function documentOf(run: string): RunDocument {
  const known = documents.get(run);
  if (known) return known;
  const file = runFileIn(path.join(root, 'results', run));
  if (file === undefined) throw new Error(`there is no run results/${run}`);
  const document = summarise(readRun(file));
  documents.set(run, document);
  return document;
}

/**
 * `c64` is a closed load of 64 clients, `r150` an open one of 150 requests per second. @throws Error if the
 * run has no such cell.
 */
function cellOf(run: string, workload: string, model: string, load: string): MeasuredCell {
  const isLoad = ({ load: own }: MeasuredCell) =>
    (own.kind === 'closed' ? `c${own.concurrency}` : `r${own.ratePerSecond}`) === load;
  const cell = measuredCells(documentOf(run)).find(
    (each) => each.workload === workload && each.model === model && isLoad(each),
  );
  if (!cell) throw new Error(`results/${run} has no ${workload} ${model} ${load}`);
  return cell;
}

/** The block of the report that begins with `> WORKLOAD`. */
function answerOf(run: string, workload = ''): string {
  const report = renderText(documentOf(run), { width: ANSWER_WIDTH, color: false });
  const answer = report.split('\n\n').find((block) => block.startsWith(`> ${workload} `));
  if (!answer) throw new Error(`results/${run} has no answer for ${workload}`);
  return `\n\`\`\`\n${answer}\n\`\`\`\n`;
}

/** @throws Error if there is no such run, cell or figure. */
export function figureOf(run: string, words: string): string {
  const [first, second] = words.trim().split(/\s+/);
  if (first === 'answer') return answerOf(run, second);
  const [workload = '', models = '', load = '', name = ''] = words.trim().split(/\s+/);
  const figure = FIGURES[name];
  if (!figure) throw new Error(`${words}: there is no figure ${name}`);
  const [cell, other] = models.split('/').map((model) => cellOf(run, workload, model, load)) as [
    MeasuredCell,
    MeasuredCell | undefined,
  ];
  return other === undefined ? figure.text(cell) : formatRatio(figure.value(cell) / figure.value(other));
}

/** The text with all its figures filled in. */
export const filledIn = (text: string): string =>
  text.replace(
    /(<!-- ([\w-]+): ([^>]*?) -->).*?(<!-- \/ -->)/gs,
    (_, opening, run, words, closing) => `${opening}${figureOf(run, words)}${closing}`,
  );

if (process.argv[1]?.endsWith('figures.ts')) {
  for (const page of PAGES) {
    const file = path.join(root, page);
    writeFileSync(file, filledIn(readFileSync(file, 'utf8')));
  }
}
