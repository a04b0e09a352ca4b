/** Colours, lines and points: of the models, as their run says, and of what a thread does. */
import type { PointStyle } from 'chart.js';
import type { DescribedModel, ModelStyle } from '../../result.ts';

/** A model's style as charts take it. */
export interface DrawnStyle {
  readonly light: string;
  readonly dark: string;
  /** Strokes and gaps in turn, in pixels. */
  readonly dashPixels: readonly number[];
  readonly point: PointStyle;
}
/** By the model's name. */
export type Styles = ReadonlyMap<string, DrawnStyle>;

const DASH_PIXELS: Readonly<Record<ModelStyle['line'], readonly number[]>> = {
  solid: [],
  dashed: [8, 4],
  dotted: [2, 4],
  'dash-dotted': [10, 3, 2, 3],
};
const POINTS: Readonly<Record<ModelStyle['point'], PointStyle>> = {
  circle: 'circle',
  triangle: 'triangle',
  square: 'rect',
  diamond: 'rectRot',
  star: 'star',
  cross: 'crossRot',
};
/** For models of which a run does not say how they look; free, because no model of ours has one of them. */
const SPARE_COLOURS = [
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#b35a00', dark: '#e69f00' },
  { light: '#00795a', dark: '#20c49a' },
  { light: '#a3486f', dark: '#e08ab5' },
  { light: '#5b6470', dark: '#b8c2cc' },
] as const;
const SPARE_LINES = Object.values(DASH_PIXELS);
const SPARE_POINTS = Object.values(POINTS);

/**
 * How the models of a run look. Those that have no style get spare ones in their order; no two of the first
 * twenty are the same.
 */
export function stylesOf(models: readonly Pick<DescribedModel, 'name' | 'style'>[]): Styles {
  let spares = 0;
  return new Map(
    models.map(({ name, style }) => [name, style === undefined ? spareStyle(spares++) : drawnStyle(style)]),
  );
}

/** The style of a model; of one that the run does not name, the first spare one. */
export const styleOf = (model: string, styles: Styles): DrawnStyle => styles.get(model) ?? spareStyle(0);

const drawnStyle = ({ light, dark, line, point }: ModelStyle): DrawnStyle => ({
  light,
  dark,
  dashPixels: DASH_PIXELS[line],
  point: POINTS[point],
});

/** With every round through the colours the line is another. */
function spareStyle(index: number): DrawnStyle {
  const round = Math.floor(index / SPARE_COLOURS.length);
  return {
    ...pick(SPARE_COLOURS, index),
    dashPixels: pick(SPARE_LINES, round),
    point: pick(SPARE_POINTS, index),
  };
}

/**
 * What a thread does, each in a colour of its own; apart from the models', which never stand in the same
 * chart. They differ in lightness too, so that standing still and waiting can be distinguished without seeing
 * red and green.
 */
export const ACTIVITY_COLOURS = {
  user: { light: '#0149b2', dark: '#6c95e1' },
  system: { light: '#6da4ea', dark: '#066bc0' },
  runnable: { light: '#daa139', dark: '#f9d44d' },
  blocked: { light: '#8f0e0f', dark: '#fb928f' },
  waiting: { light: '#1b9177', dark: '#2f7959' },
  idle: { light: '#cfd2d6', dark: '#43474a' },
} as const;

/**
 * The phases of a request, in their order: neighbours differ in lightness too. After the last one they begin
 * again.
 */
const PHASE_COLOURS = [
  { light: '#0149b2', dark: '#6c95e1' },
  { light: '#e0a100', dark: '#f9d44d' },
  { light: '#00795a', dark: '#2fa884' },
  { light: '#f09aa8', dark: '#ffb8c2' },
  { light: '#6a3d9a', dark: '#a781d6' },
  { light: '#7fc8e8', dark: '#8fd4f2' },
  { light: '#a63603', dark: '#e8743b' },
  { light: '#a6cf6b', dark: '#b6dd80' },
  { light: '#b5177e', dark: '#f27cc4' },
  { light: '#6b5a00', dark: '#c9b458' },
] as const;
/** Of what is compared by colour within the row of a model, by its place: never the models' own colours. */
export const carrierColour = (place: number): Colour => pick(PHASE_COLOURS, place);

/** Phases that no workload marks. */
const UNMARKED_COLOURS: Readonly<Record<string, Colour>> = {
  dispatch: { light: '#5b6470', dark: '#9aa3ad' },
  rest: { light: '#b5bcc4', dark: '#565d66' },
};
interface Colour {
  readonly light: string;
  readonly dark: string;
}

/** The colour of a phase, by its place among those that the workload marks. */
export const phaseColour = (name: string, place: number): Colour =>
  UNMARKED_COLOURS[name] ?? pick(PHASE_COLOURS, place);

/** Black or white, whichever is read better on a colour. */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(
    (at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#000000' : '#ffffff';
}

function pick<T>(list: readonly T[], number: number): T {
  return list[number % list.length] as T;
}
