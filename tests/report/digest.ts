/**
 * A chart in a few lines that people read: its texts, axes, series and table. What they do not show is in
 * fingerprints, so that no change goes unseen: one of each series' points, one of the whole definition.
 */
import { createHash } from 'node:crypto';
import type { ChartDefinition } from '../../src/report/charts/index.ts';

/**
 * The last digits of powers and logarithms are not the same in every version of V8, and the order of an
 * object's keys says nothing.
 */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(12));
  if (typeof value === 'function') return '[a function]';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const exact = (value: unknown): string => JSON.stringify(value, plain) ?? 'undefined';
const fingerprint = (value: unknown): string =>
  createHash('sha256').update(exact(value)).digest('hex').slice(0, 12);

const short = (value: unknown): string =>
  exact(typeof value === 'number' ? Number(value.toPrecision(4)) : value).replaceAll('"', '');
const inOneLine = (text: string): string => text.replaceAll('\n', ' / ');
const fromTo = <Item>(items: readonly Item[], shown: (item: Item) => string): string =>
  items.length < 2 ? items.map(shown).join() : `${shown(items[0] as Item)} … ${shown(items.at(-1) as Item)}`;

type Configuration = ChartDefinition['configuration'];

/** `1.279e6 at 0`, `[low, high]`, or a bar's length. */
function pointText(point: unknown): string {
  if (typeof point !== 'object' || point === null || !('x' in point) || !('y' in point)) return short(point);
  return `(${short(point.x)}, ${short(point.y)})`;
}

function styleText(set: Configuration['data']['datasets'][number]): string {
  const style: object = set;
  const { backgroundColor, pointBackgroundColor, borderColor, pointStyle, borderDash } = style as Record<
    string,
    unknown
  >;
  const colours = [...new Set([backgroundColor, pointBackgroundColor, borderColor].flat())];
  const parts = [
    ...colours.filter((colour) => colour !== undefined).map((colour) => String(plain('', colour))),
    ...(pointStyle === undefined ? [] : [`points ${short(pointStyle)}`]),
    ...(Array.isArray(borderDash) && borderDash.length > 0 ? [`dashes ${borderDash.join(' ')}`] : []),
  ];
  return parts.join(' ');
}

function axisText(name: string, axis: object): string {
  const { type, title, labels, stacked, reverse, ...range } = axis as Record<string, unknown>;
  const { display, text } = (title ?? {}) as { display?: boolean; text?: string };
  const bounds = ['min', 'max', 'suggestedMin', 'suggestedMax', 'grace']
    .filter((key) => range[key] !== undefined)
    .map((key) => `${key} ${short(range[key])}`);
  return [
    `${name}: ${String(type)}`,
    ...(display && text !== undefined ? [`"${text}"`] : []),
    ...(Array.isArray(labels) ? [`${labels.length} rows, ${fromTo(labels, String)}`] : []),
    ...(stacked ? ['stacked'] : []),
    ...(reverse ? ['reversed'] : []),
    ...(range.beginAtZero ? ['from 0'] : []),
    ...bounds,
  ].join(', ');
}

/** The digest; the same for the same chart, on every machine. */
export function digestOf({ configuration, ...texts }: ChartDefinition): string {
  const { data, options, plugins, type } = configuration;
  const { table } = texts;
  const definition = { ...texts, type, data, scales: options?.scales, plugins: plugins?.map(({ id }) => id) };
  return [
    `${texts.name}: ${texts.kind}, ${type}${texts.rows === undefined ? '' : `, ${texts.rows} rows`}`,
    `title: ${texts.title}`,
    `subtitle: ${inOneLine(texts.subtitle)}`,
    `how to read: ${texts.howToRead}`,
    ...Object.entries(options?.scales ?? {}).map(([name, axis]) => axisText(name, axis ?? {})),
    ...(data.labels ? [`labels: ${data.labels.map(short).join(', ')}`] : []),
    ...data.datasets.map(
      (set) =>
        `series ${set.label ?? ''}: ${set.data.length} points, ${fromTo(set.data, pointText)}; ${styleText(set)}; #${fingerprint(set.data)}`,
    ),
    `table: ${table.head.join(' | ')}`,
    `  ${table.rows.length} rows: ${fromTo(table.rows, (row) => row.join(' | '))}; #${fingerprint(table)}`,
    `drawn besides: ${(plugins ?? []).map(({ id }) => id).join(', ') || 'nothing'}`,
    `whole: #${fingerprint(definition)}`,
  ].join('\n');
}
