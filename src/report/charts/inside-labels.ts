/** What each part of a bar comes to, written inside it. */
import type { Plugin } from 'chart.js';
import { write } from './brush.ts';
import type { Look } from './look.ts';
import { inkOn } from './palette.ts';

/** Pixels a character takes, as a share of the size of its text. */
const CHARACTER = 0.58;

/** Where a part has room for it. */
export function insideLabels(
  parts: readonly { readonly colour: string; readonly values: readonly (number | undefined)[] }[],
  format: (value: number) => string,
  look: Look,
): Plugin {
  return {
    id: 'insideLabels',
    afterDatasetsDraw(chart) {
      const scale = chart.scales.x;
      if (scale === undefined) return;
      parts.forEach(({ colour, values }, dataset) => {
        values.forEach((value, index) => {
          const bar = chart.getDatasetMeta(dataset).data[index];
          if (value === undefined || bar === undefined) return;
          const [text, size] = [format(value), look.textSize * 0.85];
          const width = scale.getPixelForValue(value) - scale.getPixelForValue(0);
          const end = bar.x;
          const isCut = end > chart.chartArea.right + 1 || end - width < chart.chartArea.left - 1;
          if (isCut || width < text.length * size * CHARACTER + 6) return;
          write(chart, text, end - width / 2, bar.y, inkOn(colour), size, 'center');
        });
      });
    },
  };
}
