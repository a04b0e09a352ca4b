/// <reference lib="dom" />
/** Light or dark: as the system is set, until the reader chooses. */
import type { ThemeName } from '../charts/look.ts';
import { element } from './dom.ts';

const CHOICES = ['system', 'light', 'dark'] as const;
type Choice = (typeof CHOICES)[number];

const dark = matchMedia('(prefers-color-scheme: dark)');
let chosen: Choice = 'system';
let printing = false;
const listeners: (() => void)[] = [];

dark.addEventListener('change', changed);
// Paper is white.
addEventListener('beforeprint', () => printed(true));
addEventListener('afterprint', () => printed(false));

export function currentTheme(): ThemeName {
  if (printing) return 'light';
  return chosen === 'system' ? (dark.matches ? 'dark' : 'light') : chosen;
}

/** Calls back when the theme changes, and before and after printing. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

/** The switch. */
export function themeSwitch(): HTMLElement {
  const options = CHOICES.map((value) => element('option', { value }, value));
  const select = element('select', { id: 'theme' }, ...options);
  select.addEventListener('change', () => {
    chosen = select.value as Choice;
    changed();
  });
  return element('div', { class: 'field' }, element('label', { for: 'theme' }, 'Theme'), select);
}

function printed(now: boolean): void {
  printing = now;
  changed();
}

function changed(): void {
  const { dataset } = document.documentElement;
  if (printing || chosen !== 'system') dataset.theme = currentTheme();
  else delete dataset.theme;
  for (const listener of listeners) listener();
}
