/**
 * What a file of charts declares of them, in one literal: what they answer, where they are shown, how they
 * are drawn.
 */
import type { RunDocument } from '../../result.ts';
import type { Section } from '../summary/sections.ts';
import type { ChartDefinition } from './definition.ts';
import type { Look } from './look.ts';

/** The page shows charts that answer the same question together, under it. */
export type Question =
  | 'How many requests does each model serve?'
  | 'How long do requests take?'
  | 'Why?'
  | 'What does the protocol cost?'
  | 'How sure is it?'
  | 'Where are the limits?';

/** Charts that the same code draws: of one kind, or of several. */
export interface ChartFamily {
  /** As `--charts` takes them; the names of their files begin with them. */
  readonly kinds: readonly string[];
  readonly question: Question;
  /**
   * The kinds that become pictures where nobody chooses. The others are for those who ask for
   * them.
   */
  readonly usual: readonly string[];
  /** The charts of one section; an empty list where the run does not have the figures. */
  draw(document: RunDocument, section: Section, look: Look): ChartDefinition[];
  /**
   * What it shows is known without any cell, from the steps of a search: it is drawn where only a capacity
   * was searched for.
   */
  readonly needsNoCells?: true;
  /** It is what a search was for: it stands before the table of cells. */
  readonly sumsUpSearches?: true;
  /** Which load its charts are about, where that is no load of a cell. */
  readonly loadInWords?: string;
  /** Whether it has pictures in this section; `true` if left out. */
  isPictured?(document: RunDocument, section: Section): boolean;
  /**
   * A text that is the same for charts that show the same: only the first of them becomes a picture. Without
   * it no two do.
   */
  contentKey?(chart: ChartDefinition): string;
}
