/** Lines: one a model, in the same style wherever it appears. */
import type { Cell, RunDocument } from '../../result.ts';
import { formatModel } from '../formats/format.ts';
import { ranking } from '../summary/order.ts';
import { groupBy, isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { namedColour } from './definition.ts';
import type { Look } from './look.ts';
import { styleOf } from './palette.ts';

export interface Series {
  readonly name: string;
  readonly model: string;
  /** Counts the series of the same model (with other pool sizes) from 0. */
  readonly variant: number;
  /** One per load, in order; `undefined` if the model was not run at that load. */
  readonly cells: readonly (Cell | undefined)[];
}

/** The loads of a kind; what closed and open loads measure does not belong on one line. */
export function byKind(section: Section): { detail: string | undefined; parts: readonly LoadPart[] }[] {
  const kinds = groupBy(section.parts, ({ load }) => load.kind);
  return kinds.map((parts) => ({ detail: kinds.length > 1 ? parts[0].load.kind : undefined, parts }));
}

/** The series of the models that were measured at one of the loads at least, in the order of the document. */
export function seriesOf({ run }: RunDocument, parts: readonly LoadPart[]): Series[] {
  const place = ranking(run.models.map(({ name }) => name));
  // A load may lack the models that another has: what comes first at one is not first of all.
  const cells = parts.flatMap((part) => part.cells).toSorted((a, b) => place(a.model) - place(b.model));
  const variants = new Map<string, number>();
  return groupBy(cells, formatModel)
    .filter((group) => group.some(isMeasured))
    .map((group) => {
      const { model } = group[0];
      const variant = variants.get(model) ?? 0;
      variants.set(model, variant + 1);
      return {
        name: formatModel(group[0]),
        model,
        variant,
        cells: parts.map((part) => part.cells.find((cell) => group.includes(cell))),
      };
    });
}

/** Colour, dash and points of a line. */
export function lineStyle(series: Pick<Series, 'name' | 'model' | 'variant'>, look: Look) {
  const { dashPixels, point } = styleOf(series.model, look.styles);
  const colour = namedColour(series.model, series.name, look);
  return {
    borderColor: colour,
    backgroundColor: colour,
    pointBackgroundColor: colour,
    pointBorderColor: colour,
    borderWidth: look.highlighted === series.name ? 4 : look.headings ? 2.5 : 2,
    borderDash: series.variant === 0 ? [...dashPixels] : [...dashPixels, 3 * series.variant, 3],
    pointStyle: point,
    pointRadius: look.textSize * 0.36,
    pointHoverRadius: look.textSize * 0.5,
    pointBorderWidth: 1.5,
  };
}
