/** A run as its file has it, made whole. */
import { models } from '../../models/index.ts';
import { parseRun, type RunHeader, type StoredRun } from '../../result.ts';
import { describedModel } from '../described-model.ts';
import { readLines } from './run-file.ts';
import { checkHistograms } from './stored-histograms.ts';

/** @throws ResultFormatError if it is not a run of this version, or was damaged. */
export function readStored(file: string): StoredRun {
  const run = checkHistograms(parseRun(readLines(file)));
  return { ...run, header: { ...run.header, models: run.header.models.map(completed) } };
}

/**
 * Older versions stored less of a model than reports show: of one that is still there, its file says the
 * rest.
 */
function completed(stored: RunHeader['models'][number]): RunHeader['models'][number] {
  const known = stored.style === undefined ? models.find(({ name }) => name === stored.name) : undefined;
  return known === undefined ? stored : { ...describedModel(known), ...stored };
}
