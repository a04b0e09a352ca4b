/**
 * Colours are told apart by people who do not see red and green: simulated after Machado, Oliveira, Fernandes
 * (2009), full severity.
 */
import { describe, expect, test } from 'vitest';
import { models } from '../../src/models/index.ts';
import { programs } from '../../src/programs/index.ts';
import { THEMES } from '../../src/report/charts/look.ts';
import { ACTIVITY_COLOURS, inkOn, stylesOf } from '../../src/report/charts/palette.ts';

type Rgb = readonly [red: number, green: number, blue: number];

const SIGHTS: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};
/**
 * Distances in OKLab, times 100: 2 is just seen side by side, and these stand apart with a legend between
 * them.
 */
const LEAST_DISTANCE = 12;
/** So many colours cannot stand so far apart: models differ in their lines and points too. */
const LEAST_MODEL_DISTANCE = 5;
const LEAST_TEXT_CONTRAST = 4;
/** All that can have a row of its own. */
const shown = [...models, ...programs];

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
}

function times(matrix: readonly Rgb[], [x, y, z]: Rgb): Rgb {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Rgb;
}

function okLab(rgb: Rgb): Rgb {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb.map((value) => Math.min(1, Math.max(0, value))) as unknown as Rgb,
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones.map(Math.cbrt) as unknown as Rgb,
  );
}

function distance(a: string, b: string, sight: readonly Rgb[]): number {
  const [p, q] = [a, b].map((hex) => okLab(times(sight, linear(hex)))) as [Rgb, Rgb];
  return 100 * Math.hypot(...p.map((value, index) => value - (q[index] ?? 0)));
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [a, b]
    .map((hex) =>
      linear(hex).reduce((sum, value, at) => sum + value * ([0.2126, 0.7152, 0.0722][at] ?? 0), 0),
    )
    .sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each(['light', 'dark'] as const)('what a thread does, %s', (theme) => {
  const colours = Object.values(ACTIVITY_COLOURS).map((colour) => colour[theme]);

  test.each(Object.entries(SIGHTS))('is told apart by a reader of %s sight', (_, sight) => {
    const pairs = colours.flatMap((a, index) => colours.slice(index + 1).map((b) => distance(a, b, sight)));
    expect(Math.min(...pairs)).toBeGreaterThan(LEAST_DISTANCE);
  });

  test('has figures on it that can be read, and stands out from the page', () => {
    for (const colour of colours)
      expect([colour, contrast(colour, inkOn(colour))]).toEqual([
        colour,
        expect.toSatisfy((ratio: number) => ratio >= LEAST_TEXT_CONTRAST),
      ]);
    const { blocked, waiting, user } = ACTIVITY_COLOURS;
    for (const colour of [blocked, waiting, user])
      expect(contrast(colour[theme], THEMES[theme].background)).toBeGreaterThan(3);
  });
});

describe.each(['light', 'dark'] as const)('models and programs, %s', (theme) => {
  const colours = shown.map(({ style }) => style[theme]);

  test.each(Object.entries(SIGHTS))('are told apart by a reader of %s sight', (_, sight) => {
    const pairs = colours.flatMap((a, index) => colours.slice(index + 1).map((b) => distance(a, b, sight)));
    expect(Math.min(...pairs)).toBeGreaterThan(LEAST_MODEL_DISTANCE);
  });

  test('stand out from the page', () => {
    for (const colour of colours) expect(contrast(colour, THEMES[theme].background)).toBeGreaterThan(3);
  });

  test('of another version have colours that no model of ours has', () => {
    const others = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));
    expect(new Set([...stylesOf([...shown, ...others]).values()].map((style) => style[theme])).size).toBe(
      shown.length + others.length,
    );
  });
});

test('two colours that only a reader of normal sight tells apart are found', () => {
  expect(distance('#b3261e', '#00795a', SIGHTS.normal ?? [])).toBeGreaterThan(LEAST_DISTANCE);
  expect(distance('#b3261e', '#00795a', SIGHTS.deuteranope ?? [])).toBeLessThan(LEAST_DISTANCE);
});
