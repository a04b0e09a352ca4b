/** What one chart definition may look like: on a page or in a picture, light or dark. */
import type { Styles } from './palette.ts';

export type ThemeName = 'light' | 'dark';

export interface Theme {
  readonly name: ThemeName;
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
}
export interface AskedLook {
  readonly theme: Theme;
  /** Pixels. */
  readonly textSize: number;
  /** Whether title, subtitle and how to read it are part of the picture; a page sets them as text. */
  readonly headings: boolean;
  readonly legend: 'right' | 'bottom';
  /** A phone's width. */
  readonly narrow: boolean;
  /** Whether charts name their models themselves; a page has one legend for all of its charts. */
  readonly namesModels: boolean;
  /** How axes of values run: as each chart prefers, or all in one way. */
  readonly scale: ScaleChoice;
  /** The model that stands out, as `formatModel` names it; the others fade. */
  readonly highlighted: string | undefined;
}
/** With how the models of the document look. */
export interface Look extends AskedLook {
  readonly styles: Styles;
}
export type ScaleChoice = 'auto' | 'linear' | 'log';

export const FONT_FAMILY = 'Inter, system-ui, sans-serif';

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: { name: 'light', background: '#ffffff', text: '#1b2128', muted: '#57606a', grid: '#e4e8ec' },
  dark: { name: 'dark', background: '#15191e', text: '#e8ecf0', muted: '#a3adb8', grid: '#2b323a' },
};

/** For a chart on a page. */
export function pageLook(
  theme: ThemeName,
  narrow: boolean,
  chosen: Partial<Pick<AskedLook, 'scale' | 'highlighted'>> = {},
): AskedLook {
  const plain = { scale: 'auto', highlighted: undefined } as const;
  return {
    theme: THEMES[theme],
    textSize: narrow ? 11 : 13,
    narrow,
    headings: false,
    legend: 'bottom',
    namesModels: false,
    ...plain,
    ...chosen,
  };
}

/** For a picture that fills a slide. */
export function pictureLook(theme: ThemeName): AskedLook {
  return {
    theme: THEMES[theme],
    textSize: 16,
    narrow: false,
    headings: true,
    legend: 'right',
    namesModels: true,
    scale: 'auto',
    highlighted: undefined,
  };
}
