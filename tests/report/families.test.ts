/** A chart is one file and one line of a list: all else about it is read from its literal. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { families } from '../../src/report/charts/families.ts';
import { allCharts, CHART_KINDS, familyOf } from '../../src/report/charts/index.ts';
import { pageLook, pictureLook } from '../../src/report/charts/look.ts';
import { pictureCharts } from '../../src/report/charts/pictures.ts';
import { summarise } from '../../src/report/summary/document.ts';
import * as sample from './sample.ts';

const documents = [sample.elevenModels(), sample.everyFigure()].map((run) => summarise(run));

test('every kind belongs to one family, and so to one question of the page', () => {
  expect(new Set(CHART_KINDS).size).toBe(CHART_KINDS.length);
  expect(CHART_KINDS).toEqual(families.flatMap(({ kinds }) => kinds));
  for (const family of families) for (const kind of family.kinds) expect(familyOf(kind)).toBe(family);
});

test('every family that a file declares is in the list', () => {
  const folder = path.join(import.meta.dirname, '../../src/report/charts');
  const declared = readdirSync(folder).filter((file) =>
    readFileSync(path.join(folder, file), 'utf8').includes('satisfies ChartFamily'),
  );
  expect(declared).toHaveLength(families.length);
});

test.each(families.map((family) => [family.kinds.join(', '), family] as const))(
  '%s: draws what it declares, and all of it',
  (_, family) => {
    const look = pageLook('light', false);
    const drawn = documents.flatMap((document) => allCharts(document, look, family.kinds));
    expect([...new Set(drawn.map(({ kind }) => kind))].toSorted()).toEqual(family.kinds.toSorted());
    expect(drawn.map(({ name, kind }) => name.startsWith(`${kind}-`))).not.toContain(false);
  },
);

test('pictures are of the usual kinds, and of others where somebody asks', () => {
  const pictured = (only?: readonly string[]) => {
    const charts = documents.flatMap((document) => pictureCharts(document, pictureLook('light'), only));
    return [...new Set(charts.map(({ kind }) => kind))].toSorted();
  };
  expect(pictured()).toEqual(families.flatMap(({ usual }) => usual).toSorted());
  expect(pictured(CHART_KINDS)).toEqual(CHART_KINDS.toSorted());
  for (const { kinds, usual } of families) expect(kinds).toEqual(expect.arrayContaining([...usual]));
});

test('a kind that no family declares is not drawn in silence', () => {
  expect(() => familyOf('pie')).toThrow('pie');
});
