import { expect, test } from 'vitest';
import { summarise } from '../../../src/report/summary/document.ts';
import type { CellSpec } from '../../../src/result.ts';
import * as sample from '../sample.ts';

const cell = (model: string): CellSpec => ({ ...sample.cellOf(model), generator: 'epoll' });
const trials = (model: string, completed: number, unfinished = 0) =>
  [1, 2, 3].map((trial) => sample.measured(cell(model), trial, { completed: completed + trial, unfinished }));

test('a server that starves its clients is not ranked, however much it serves the others', () => {
  const models = ['sync-blocking', 'epoll', 'poll'];
  const document = summarise(
    sample.runOf(sample.headerOf(models, { trials: 3 }), [
      ...trials('sync-blocking', 9000, 7),
      ...trials('epoll', 3000),
      ...trials('poll', 2000),
    ]),
  );
  const standings = new Map(
    document.cells.map((each) => [each.model, 'standing' in each ? each.standing?.mayBeBest : undefined]),
  );
  expect(Object.fromEntries(standings)).toEqual({ 'sync-blocking': undefined, epoll: true, poll: false });
});
