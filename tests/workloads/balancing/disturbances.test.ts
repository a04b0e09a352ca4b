import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { planParams } from '../../../src/run/plan.ts';
import { parseDisturbances } from '../../../src/workloads/balancing/disturbances.ts';
import loadBalance from '../../../src/workloads/load-balance.ts';

test('what is done, to whom and when, in its order in time', () => {
  expect(parseDisturbances('start:1@70%+kill:1@40%+slow:0=20ms@12.5%', 2)).toEqual([
    { act: 'slow', peer: 0, whom: 'backend 0', atShare: 0.125, serviceNs: 20e6 },
    { act: 'kill', peer: 1, whom: 'backend 1', atShare: 0.4 },
    { act: 'start', peer: 1, whom: 'backend 1', atShare: 0.7 },
  ]);
  expect(parseDisturbances('freeze:0@0%+thaw:0@50%+kill:0@50%+start:0@60%', 1)).toHaveLength(4);
  expect(parseDisturbances('none', 3)).toEqual([]);
});

const WRONG: readonly (readonly [string, RegExp])[] = [
  ['', /no disturbance/],
  ['kill:1', /no disturbance/],
  ['kill: 1@40%', /no disturbance/],
  ['kill:1=5ms@40%', /no disturbance/],
  ['slow:1@40%', /no disturbance/],
  ['slow:1=1.5ms@40%', /its timers count milliseconds/],
  ['stop:1@40%', /no disturbance/],
  ['kill:3@40%', /no back end 3/],
  ['kill:1@100%', /is its end/],
  ['start:1@40%', /is running at 40 %/],
  ['kill:1@40%+kill:1@50%', /is killed at 50 %/],
  ['kill:1@40%+freeze:1@50%', /is killed at 50 %/],
  ['kill:1@70%+start:1@40%', /is running at 40 %/],
  ['thaw:1@40%', /needs one that is frozen/],
];
describe('a wrong one is wrong usage, with a hint, before anything is started', () => {
  test.each(WRONG)('%s', (disturb, problem) => {
    const written = [{ owner: 'load-balance', key: 'disturb', values: [disturb] }];
    let thrown: unknown;
    try {
      planParams(loadBalance, written);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({ exitCode: 2, hint: expect.stringMatching(/\w/) });
    expect((thrown as UserError).message).toMatch(problem);
  });
});

test('back ends that are none are wrong usage, too', () => {
  const written = [{ owner: 'load-balance', key: 'backends', values: ['1ms+quick'] }];
  expect(() => planParams(loadBalance, written)).toThrow(/load-balance\.backends=.*"quick" is not a time/);
});

test('none is not among the parameters that a title names', () => {
  expect(loadBalance.unused?.({ disturb: 'none' })).toContain('disturb');
  expect(loadBalance.unused?.({ disturb: 'kill:1@40%' })).not.toContain('disturb');
});
