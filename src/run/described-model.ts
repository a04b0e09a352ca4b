/** What a run's header says of a model, or of a program in its place: all that a report knows of it. */
import type { Described, Model } from '../models/model.ts';
import type { DescribedModel } from '../result.ts';

export const describedModel = ({
  name,
  summary,
  family,
  definition,
  source,
  style,
  drawing,
  filesOnPool,
  isBaseline,
}: Described & Pick<Model, 'filesOnPool' | 'isBaseline'>): DescribedModel => ({
  name,
  summary,
  family,
  definition,
  source,
  style,
  drawing,
  ...(filesOnPool ? { filesOnPool } : {}),
  ...(isBaseline ? { isBaseline } : {}),
});
