import { describe, expect, it } from 'vitest';
import { longestWarmupFor, planBudget } from '../../src/commands/run-plan.ts';
import { UserError } from '../../src/errors.ts';
import { presets, quick, withoutPreset } from '../../src/run/presets.ts';

describe('how long a warm-up waits for code to be compiled', () => {
  const preset = { longestWarmup: '2s' };
  it('is what the preset says', () => expect(longestWarmupFor(undefined, preset)).toBe(2e9));
  it('is four times as long as a warm-up whose length was chosen', () =>
    expect(longestWarmupFor('50ms', preset)).toBe(200e6));
  it('is nothing without a warm-up: cold code is what is to be measured then', () =>
    expect(longestWarmupFor('0', preset)).toBe(0));
});

describe('for how long is measured', () => {
  it("is the preset's time, which three rounds may exceed, or what was asked for, which is kept", () => {
    for (const preset of [quick, withoutPreset]) {
      expect(planBudget({}, preset)).toEqual({ budgetNs: 90e9, isStrict: false });
      expect(planBudget({ budget: '20s' }, preset)).toEqual({ budgetNs: 20e9, isStrict: true });
    }
  });
  it('is no matter where trials were asked for, or a preset has a number of them', () => {
    expect(planBudget({ trials: '5' }, quick)).toBeUndefined();
    for (const preset of presets.filter(({ name }) => name !== 'quick')) {
      expect(planBudget({}, preset)).toBeUndefined();
      expect(planBudget({ budget: '5m' }, preset)).toEqual({ budgetNs: 300e9, isStrict: true });
    }
  });
  it('is ten minutes at most until intervals are narrow, or what was asked for', () => {
    expect(planBudget({ until: '5%' }, quick)).toEqual({
      budgetNs: 600e9,
      isStrict: false,
      narrowShare: 0.05,
    });
    expect(planBudget({ until: '2.5 %', budget: '1m' }, quick)).toEqual({
      budgetNs: 60e9,
      isStrict: true,
      narrowShare: 0.025,
    });
  });
  it.each([
    { trials: '3', budget: '9s' },
    { trials: '3', until: '5%' },
    { budget: '0' },
    { until: '0%' },
    { until: '100%' },
    { until: '5' },
  ])('%j is refused', (flags) => {
    expect(() => planBudget(flags, quick)).toThrow(UserError);
  });
});
