/** What a chart is, and the frame that all of them share. */
import type { ChartConfiguration, ChartOptions, ChartType } from 'chart.js';
import type { CellSpec, LoadSpec, RunDocument } from '../../result.ts';
import {
  formatDuration,
  formatLoad,
  formatLoads,
  formatModel,
  formatParams,
  grouped,
} from '../formats/format.ts';
import { machineLine } from '../formats/heading.ts';
import { refusalsOf } from '../formats/refusals.ts';
import { cut, printable, wrap } from '../formats/wrap.ts';
import { isMeasured, type Section, slugOf } from '../summary/sections.ts';
import { serverLine } from '../summary/server-side.ts';
import { isStarved } from '../summary/starved.ts';
import { FONT_FAMILY, type Look } from './look.ts';
import { styleOf } from './palette.ts';

/** The figures of a chart in words, for those who cannot see it and those who want them exactly. */
export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ChartDefinition {
  /** Unique in a document, fit for a file's name. */
  readonly name: string;
  /** One of its family's. */
  readonly kind: string;
  readonly title: string;
  /** The machine, the load, the parameters, and what was not measured: a line each. */
  readonly subtitle: string;
  readonly howToRead: string;
  /** The load it is about; `undefined` if it is about several. */
  readonly load: LoadSpec | undefined;
  /** How many rows it has to fit, where it has one a model. */
  readonly rows: number | undefined;
  readonly table: ChartTable;
  readonly configuration: ChartConfiguration;
}
export type Texts = Pick<ChartDefinition, 'title' | 'subtitle' | 'howToRead'>;

interface Parts {
  readonly legend: boolean;
  /** Room right of the axes, in pixels. */
  readonly rightMargin?: number;
  /** What a point or bar says when it is pointed at. */
  tooltip(place: { datasetIndex: number; dataIndex: number }): string;
}

const LONGEST_LABEL = 34;
/** The opacity of what fades, as a colour ends with it. */
const FADED = '30';
const SUBTITLE_WIDTH = 148;
const TOOLTIP = { displayColors: false, titleMarginBottom: 0, padding: 10, caretPadding: 8 } as const;

/** The lines under a chart's title. */
export function subtitleOf(document: RunDocument, section: Section, loads: readonly LoadSpec[]): string {
  const shown = new Set(loads.map(formatLoad));
  const parts = section.parts.filter((part) => shown.has(formatLoad(part.load)));
  const absent = refusalsOf({ ...section, parts }).map(({ models, status, loads: at }) => {
    return `${models.join(', ')}${at === '' ? '' : ` with ${at}`} (${status})`;
  });
  const side = serverLine(section);
  const starved = parts
    .flatMap(({ cells }) => cells)
    .filter((cell) => isMeasured(cell) && isStarved(cell))
    .map(formatModel);
  return [
    [formatLoads(loads), formatParams(section.params, section.units)]
      .filter((phrase) => phrase !== '')
      .join('  ·  '),
    machineLine(document),
    ...(side === undefined ? [] : [side]),
    ...(absent.length === 0 ? [] : [`Not measured: ${absent.join(', ')}`]),
    ...(starved.length === 0
      ? []
      : [
          `Some clients were not served at all: ${[...new Set(starved)].join(', ')} (the figures are the others’)`,
        ]),
  ].join('\n');
}

/** Names a chart's file. Slugs never hold two dashes in a row, so two charts never share a name. */
export function chartName(kind: string, section: Section, detail?: string): string {
  return `${kind}-${section.slug}${detail === undefined ? '' : `--${detail}`}`;
}

/** A load as a label: `64` (clients), `5,000/s`. */
export function shortLoad(load: LoadSpec): string {
  if (load.kind === 'open') return `${grouped(load.ratePerSecond)}/s`;
  return `${grouped(load.concurrency)}${load.thinkNs ? ` (${formatDuration(load.thinkNs)})` : ''}`;
}

/** A load in a file's name: `64-clients`, `5000-per-second-poisson`. */
export function loadSlug(load: LoadSpec): string {
  if (load.kind === 'open') {
    const pool = load.clients === undefined ? '' : ` ${load.clients} clients`;
    return slugOf(`${load.ratePerSecond} per second ${load.arrivals}${pool}`);
  }
  return slugOf(`${load.concurrency} clients${load.thinkNs ? ` think ${load.thinkNs} ns` : ''}`);
}

/** A name as a label: without control characters, and not longer than fits beside a chart. */
export function labelOf(name: string): string {
  return cut(printable(name), LONGEST_LABEL);
}

/** A model's colour, wherever it appears; faded where another model stands out. */
export function colourOf(who: Pick<CellSpec, 'model' | 'threads' | 'modelParams'>, look: Look): string {
  return namedColour(who.model, formatModel(who), look);
}

export function namedColour(model: string, name: string, { theme, highlighted, styles }: Look): string {
  const colour = styleOf(model, styles)[theme.name];
  return highlighted === undefined || highlighted === name ? colour : `${colour}${FADED}`;
}

/**
 * The options that all charts share: no animation (there is no clock in a picture), text, legend, headings.
 */
export function frame<T extends ChartType>(
  look: Look,
  texts: Texts,
  { legend, tooltip, rightMargin = 8 }: Parts,
): ChartOptions<T> {
  const { theme, textSize } = look;
  const subtitle = [...texts.subtitle.split('\n'), texts.howToRead].flatMap((line) =>
    wrap(printable(line), SUBTITLE_WIDTH),
  );
  const options: ChartOptions = {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    interaction: { mode: 'nearest', intersect: false },
    color: theme.text,
    font: { family: FONT_FAMILY, size: textSize },
    layout: {
      padding: look.headings
        ? { top: 20, right: 24 + rightMargin, bottom: 20, left: 28 }
        : { top: 8, right: rightMargin },
    },
    plugins: {
      title: {
        display: look.headings,
        text: printable(texts.title),
        align: 'start',
        color: theme.text,
        font: { family: FONT_FAMILY, size: textSize * 1.6, weight: 600 },
        padding: { bottom: 8 },
      },
      subtitle: {
        display: look.headings,
        text: subtitle,
        align: 'start',
        color: theme.muted,
        font: { family: FONT_FAMILY, size: textSize * 0.9 },
        padding: { bottom: 18 },
      },
      tooltip: { ...TOOLTIP, callbacks: { title: () => '', label: tooltip } },
      legend: {
        display: legend,
        position: look.legend,
        align: look.legend === 'right' ? 'center' : 'start',
        labels: {
          color: theme.text,
          font: { family: FONT_FAMILY, size: textSize * 0.95 },
          usePointStyle: true,
          padding: textSize * 0.75,
          boxHeight: textSize * 0.55,
        },
      },
    },
  };
  return options as ChartOptions<T>;
}
