import { describe, expect, test } from 'vitest';
import { type PointLabel, placeLabels } from '../../src/report/charts/point-labels.ts';

const AREA = { left: 0, right: 400, top: 0, bottom: 300 };
const label = (x: number, y: number, text = '64'): PointLabel => ({ text, at: { x, y }, width: 16 });
const place = (labels: readonly PointLabel[], lines = labels.map(({ at }) => [at])) =>
  placeLabels(labels, { area: AREA, lines, size: 12 });
const middle = (box: ReturnType<typeof place>[number]) =>
  box === undefined ? undefined : { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };

describe('labels of points', () => {
  test('a label that is alone stands above its point, to the right', () => {
    const [box] = place([label(100, 100)]);
    expect(box?.left).toBeGreaterThan(100);
    expect(box?.bottom).toBeLessThan(100);
  });

  test('at an edge it stands on the side that is free', () => {
    expect(middle(place([label(395, 100)])[0])?.x).toBeLessThan(395);
    expect(middle(place([label(100, 5)])[0])?.y).toBeGreaterThan(5);
  });

  test('no label covers another, nor a point', () => {
    const labels = Array.from({ length: 30 }, (_, index) =>
      label(200 + 7 * (index % 6), 150 + 9 * Math.floor(index / 6), String(10 + index)),
    );
    const boxes = place(labels).filter((box) => box !== undefined);
    expect(boxes.length).toBeGreaterThan(4);
    const isFree = (box: (typeof boxes)[number], x: number, y: number) =>
      x < box.left || x > box.right || y < box.top || y > box.bottom;
    for (const box of boxes) {
      for (const { at } of labels) expect(isFree(box, at.x, at.y)).toBe(true);
      for (const other of boxes.filter((each) => each !== box)) {
        expect(
          box.right < other.left ||
            other.right < box.left ||
            box.bottom < other.top ||
            other.bottom < box.top,
        ).toBe(true);
      }
    }
  });

  test('points close together that would say the same have one label; those further apart, or of another load, their own', () => {
    expect(
      place([label(100, 100), label(110, 104), label(160, 100)]).map((box) => box !== undefined),
    ).toEqual([true, false, true]);
    expect(place([label(100, 100), label(110, 104, '8')]).every((box) => box !== undefined)).toBe(true);
  });

  test('it stands beside a line rather than on it', () => {
    const point = label(100, 200);
    const [box] = place([point], [[point.at, { x: 200, y: 100 }]]);
    expect(middle(box)?.x).toBeLessThan(100);
  });
});
