/// <reference lib="dom" />
/** Small drawings of who waits for whom: lanes side by side, time runs down. */
import type { Drawing } from '../../result.ts';
import { drawn } from './svg.ts';

const WIDTH = 340;
const TOP = 26;
const HEIGHT = 190;
const EDGE = 46;
const BAR = 11;

export function diagram({ lanes, bars, calls, description }: Drawing): SVGElement {
  const at = (lane: number) => EDGE + (lane * (WIDTH - 2 * EDGE)) / (lanes.length - 1);
  const down = (time: number) => TOP + (time / 100) * (HEIGHT - TOP - 8);
  return drawn(
    'svg',
    { class: 'diagram', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': description },
    ...lanes.flatMap((name, lane) => [
      drawn('text', { x: String(at(lane)), y: '14', class: 'lane' }, name),
      drawn('line', {
        x1: String(at(lane)),
        x2: String(at(lane)),
        y1: String(TOP - 6),
        y2: String(HEIGHT - 4),
        class: 'axis',
      }),
    ]),
    ...bars.map(([lane, from, to, kind]) => bar(at(lane), down(from), down(to), kind)),
    ...calls.flatMap(([from, to, time, text]) =>
      arrow(at(from), at(to), down(time), text, at(1) - at(0) - BAR),
    ),
  );
}

function bar(x: number, from: number, to: number, kind: Drawing['bars'][number][3]): SVGElement {
  return drawn('rect', {
    x: String(x - BAR / 2),
    y: String(from),
    width: String(BAR),
    height: String(to - from),
    rx: '2',
    class: kind,
  });
}

/** From one lane to another, with its text above it. */
function arrow(from: number, to: number, y: number, text: string, lane: number): SVGElement[] {
  const way = Math.sign(to - from);
  const [start, end] = [from + (way * BAR) / 2, to - (way * BAR) / 2];
  // Beyond the next lane a text would stand on what is drawn there.
  const middle = start + (way * Math.min(Math.abs(end - start), lane)) / 2;
  return [
    drawn('line', {
      x1: String(start),
      x2: String(end - way * 3),
      y1: String(y),
      y2: String(y),
      class: 'arrow',
    }),
    drawn('path', { d: `M${end} ${y}l${-way * 6} -3.2v6.4z`, class: 'tip' }),
    ...(text === '' ? [] : [drawn('text', { x: String(middle), y: String(y - 3.5), class: 'call' }, text)]),
  ];
}
