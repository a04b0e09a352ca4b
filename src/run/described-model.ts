/** What a run's header says of a model: all that a report knows of it. */
import type { Model } from '../models/model.ts';
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
}: Model): DescribedModel => ({
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
