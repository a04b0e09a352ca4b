import { describe, expect, it } from 'vitest';
import { warmupFor } from '../../src/commands/run-plan.ts';
import { parseDuration } from '../../src/quantity.ts';
import { presets } from '../../src/run/presets.ts';

describe('a warm-up that nobody chose', () => {
  const preset = { warmup: '40ms' };
  it('grows with the window', () => expect(warmupFor(1e9, preset)).toBe(400e6));
  it('is not longer than two seconds', () => expect(warmupFor(60e9, preset)).toBe(2e9));
  it("is not shorter than the preset's", () => expect(warmupFor(10e6, preset)).toBe(40e6));
  it.each(presets)('is what preset $name says, in its own window', ({ warmup, duration }) =>
    expect(warmupFor(parseDuration(duration), { warmup })).toBeCloseTo(parseDuration(warmup), -6),
  );
});
