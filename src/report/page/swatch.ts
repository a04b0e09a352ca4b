/// <reference lib="dom" />
/**
 * A model's line, as the charts draw it: in its colour of both themes, of which the style sheet picks one.
 */
import { type Styles, styleOf } from '../charts/palette.ts';
import { drawn } from './svg.ts';

export function swatch(model: string, styles: Styles): SVGElement {
  const { light, dark, dashPixels } = styleOf(model, styles);
  const line = drawn('line', {
    x1: '1',
    y1: '6',
    x2: '25',
    y2: '6',
    'stroke-dasharray': dashPixels.join(' '),
  });
  const made = drawn('svg', { class: 'swatch', width: '26', height: '12', 'aria-hidden': 'true' }, line);
  made.style.setProperty('--light', light);
  made.style.setProperty('--dark', dark);
  return made;
}
