/**
 * How a model looks, everywhere: a colour, a line dash and a point shape of its own, so that lines are told apart without
 * colour. The hues start from Okabe and Ito's; both sets were then spread for normal, deuteranope and protanope sight
 * (Machado et al. 2009), at a contrast of 3:1 or more with the background.
 */
import type { PointStyle } from 'chart.js';

export interface ModelStyle {
  readonly light: string;
  readonly dark: string;
  readonly dash: readonly number[];
  readonly point: PointStyle;
}

const SOLID: readonly number[] = [];
const DASHED: readonly number[] = [8, 4];
const DOTTED: readonly number[] = [2, 4];
const MIXED: readonly number[] = [10, 3, 2, 3];

const STYLES: ReadonlyMap<string, ModelStyle> = new Map([
  ['sync-blocking', style('#a52e01', '#e99e76', SOLID, 'circle')],
  ['sync-nonblocking', style('#c78805', '#dfa601', DASHED, 'triangle')],
  ['thread-per-request', style('#d8759d', '#e0457c', MIXED, 'rect')],
  ['async-callback', style('#0374f8', '#3f84f5', SOLID, 'rectRot')],
  ['async-promise', style('#3095db', '#0ea6fe', DASHED, 'circle')],
  ['signal-driven', style('#640b92', '#b95aaf', DOTTED, 'star')],
  ['io-uring', style('#5a3164', '#fbc7fe', MIXED, 'triangle')],
  ['event-loop', style('#02674d', '#adffd2', SOLID, 'rect')],
  ['poll', style('#99975c', '#f0ff86', DOTTED, 'rectRot')],
  ['epoll', style('#000713', '#9aa8aa', DASHED, 'crossRot')],
  ['multi-reactor', style('#4c1801', '#d05a1c', DOTTED, 'circle')],
]);

/**
 * What a thread does, each in a colour of its own; apart from the models', which never stand in the same chart. They differ in
 * lightness too, so that standing still and waiting are told apart without seeing red and green.
 */
export const ACTIVITY_COLOURS = {
  user: { light: '#0149b2', dark: '#6c95e1' },
  system: { light: '#6da4ea', dark: '#066bc0' },
  runnable: { light: '#daa139', dark: '#f9d44d' },
  blocked: { light: '#8f0e0f', dark: '#fb928f' },
  waiting: { light: '#1b9177', dark: '#2f7959' },
  idle: { light: '#cfd2d6', dark: '#43474a' },
} as const;

/** Black or white, whichever is read better on a colour. */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#000000' : '#ffffff';
}

const SPARE_COLOURS = [
  ['#0072b2', '#56b4e9'],
  ['#b35a00', '#e69f00'],
  ['#00795a', '#20c49a'],
  ['#a3486f', '#e08ab5'],
  ['#5b6470', '#b8c2cc'],
] as const;
const SPARE_DASHES = [SOLID, DASHED, DOTTED, MIXED];
const SPARE_POINTS: readonly PointStyle[] = ['circle', 'triangle', 'rect', 'rectRot', 'star', 'crossRot', 'cross'];

/** The style of a model; a name that is not known gets one that is always the same for that name. */
export function styleOf(model: string): ModelStyle {
  const known = STYLES.get(model);
  if (known !== undefined) return known;
  const number = hash(model);
  const [light, dark] = pick(SPARE_COLOURS, number);
  return style(light, dark, pick(SPARE_DASHES, number >>> 8), pick(SPARE_POINTS, number >>> 16));
}

function style(light: string, dark: string, dash: readonly number[], point: PointStyle): ModelStyle {
  return { light, dark, dash, point };
}

function pick<T>(list: readonly T[], number: number): T {
  return list[number % list.length] as T;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
