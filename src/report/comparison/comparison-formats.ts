/** The formats of a comparison. */
import { printableJson } from '../../printable.ts';
import type { RunDocument } from '../../result.ts';
import type { RunComparison } from './comparison.ts';

export interface ComparisonOptions {
  readonly width: number;
  readonly color: boolean;
  /** The new run, whole. */
  readonly next: RunDocument;
}
type Render = (comparison: RunComparison, options: ComparisonOptions) => Promise<string>;

export const comparisonFormats = {
  text: async (comparison, options) =>
    (await import('./comparison-table.ts')).renderComparisonText(comparison, options),
  json: async (comparison) => `${printableJson(comparison, 2)}\n`,
  markdown: async (comparison) =>
    (await import('./comparison-table.ts')).renderComparisonMarkdown(comparison),
  junit: async (comparison) => (await import('./comparison-machines.ts')).renderJUnit(comparison),
  /** For github-action-benchmark, with `tool: customBiggerIsBetter`. */
  github: async (comparison, { next }) =>
    (await import('./comparison-machines.ts')).renderBenchmarkAction(comparison, next),
} as const satisfies Record<string, Render>;
export type ComparisonFormat = keyof typeof comparisonFormats;
