/** Pages that are put together as text: everything that comes from a result is escaped where it enters. */
import { createHash } from 'node:crypto';
import { printableLines } from '../../printable.ts';

/** Text that cannot be markup, neither between tags nor in an attribute. */
export function escapeHtml(text: string): string {
  return printableLines(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export interface Page {
  readonly title: string;
  readonly style: string;
  /** Markup: the caller escapes the texts in it. */
  readonly body: string;
  readonly script?: string;
  /** What else the policy allows, as `frame-src 'self'`. */
  readonly allows?: readonly string[];
}

/** A whole page, with a policy that lets only this style and this script in. */
export function wholePage({ title, style, body, script = '', allows = [] }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src '${digestOf(style)}'`,
    ...(script === '' ? [] : [`script-src '${digestOf(script)}'`]),
    "base-uri 'none'",
    ...allows,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)} – iobench</title>
<style>${style}</style>
</head>
<body>
${body}
${script === '' ? '' : `<script type="module">${script}</script>`}
</body>
</html>
`;
}

/** How a policy names an inline script or style. */
export function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
