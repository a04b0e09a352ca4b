import { describe, expect, it } from 'vitest';
import { longestWarmupFor } from '../../src/commands/run-plan.ts';

describe('how long a warm-up waits for code to be compiled', () => {
  const preset = { longestWarmup: '2s' };
  it('is what the preset says', () => expect(longestWarmupFor(undefined, preset)).toBe(2e9));
  it('is four times as long as a warm-up whose length was chosen', () => expect(longestWarmupFor('50ms', preset)).toBe(200e6));
  it('is nothing without a warm-up: cold code is what is to be measured then', () => expect(longestWarmupFor('0', preset)).toBe(0));
});
