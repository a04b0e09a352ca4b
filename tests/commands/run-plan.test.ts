import { describe, expect, it } from 'vitest';
import { longestWarmupFor } from '../../src/commands/run-plan.ts';

describe('how long is waited for code to be compiled', () => {
  const preset = { longestWarmup: '2s' };
  it("is what the preset says, whatever the warm-up's own length is", () => expect(longestWarmupFor(50e6, preset)).toBe(2e9));
  it('is not shorter than the warm-up', () => expect(longestWarmupFor(5e9, preset)).toBe(5e9));
  it('is nothing without a warm-up: cold code is what is to be measured then', () => expect(longestWarmupFor(0, preset)).toBe(0));
});
