import { expect, test } from 'vitest';
import { renderCsv } from '../../src/report/csv.ts';
import { summarise } from '../../src/report/document.ts';
import type { MeasuredCell } from '../../src/result.ts';
import * as sample from './sample.ts';

/** A reader of its own, after RFC 4180. */
function parse(text: string): Record<string, string>[] {
  const rows = [...text.trimEnd().matchAll(/(?:^|\n)((?:(?:"(?:[^"]|"")*"|[^",\n]*)(?:,|(?=\n|$)))+)/g)].map(([, line = '']) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g)].map(([, field = '']) =>
      field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
    ),
  );
  const [head = [], ...body] = rows;
  return body.map((fields) => Object.fromEntries(head.map((name, index) => [name, fields[index] ?? ''])));
}

test('a row a cell, with the same numbers as the document', () => {
  const document = summarise(sample.elevenModels());
  const rows = parse(renderCsv(document));
  expect(rows).toHaveLength(document.cells.length);
  for (const [index, cell] of document.cells.entries()) {
    const row = rows[index] ?? {};
    expect([row.workload, row.model, row.status]).toEqual([cell.workload, cell.model, cell.status]);
    expect(JSON.parse(row.params ?? '')).toEqual(cell.params);
    if (cell.status !== 'measured') {
      expect(row).toMatchObject({ reason: cell.reason, latency_p99_ns: '', completed: '' });
      continue;
    }
    expect(Number(row.throughput_per_second_median)).toBe(cell.throughputPerSecond.median);
    expect(Number(row.latency_p99_ns)).toBe(cell.latencyNs.p99);
    expect(Number(row.max_rss_bytes)).toBe(cell.maxRssBytes);
  }
});

test('what is not known is empty, not zero', () => {
  const document = summarise(sample.extremes());
  const rows = parse(renderCsv(document));
  const index = document.cells.findIndex((cell) => cell.model === 'poll');
  expect((document.cells[index] as MeasuredCell).latencyNs.p50).toBeNull();
  expect(rows[index]).toMatchObject({ latency_p50_ns: '', completed: '3' });
});

test('names with commas, quotes, line breaks and formulas survive', () => {
  const model = '=1+1,"x"';
  const text = renderCsv(summarise(sample.runOf(sample.headerOf([model]), [sample.refused(sample.cellOf(model), 'failed', 'one, "two"')])));
  const [row] = parse(text);
  expect(row).toMatchObject({ model: `'${model}`, reason: 'one, "two"' });
});
