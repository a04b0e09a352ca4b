/** The order in which cells are listed: workload, parameters, load, model. */
import type { Cell, LoadSpec, RunHeader, SearchedSpec } from '../../result.ts';

/**
 * Compares cells, or what is searched for, by the header's lists; what they do not name comes last, in the
 * order of measurement.
 */
export function comparesInReport(
  header: Pick<RunHeader, 'models' | 'workloads'>,
): (a: Ordered, b: Ordered) => number {
  const workload = ranking(header.workloads.map((entry) => entry.name));
  const model = ranking(header.models.map((entry) => entry.name));
  return (a, b) =>
    workload(a.workload) - workload(b.workload) ||
    compareParams(a.params, b.params) ||
    (a.load === undefined || b.load === undefined ? 0 : compareLoads(a.load, b.load)) ||
    model(a.model) - model(b.model) ||
    (a.threads ?? 0) - (b.threads ?? 0) ||
    compareParams(a.modelParams ?? {}, b.modelParams ?? {});
}
type Ordered = SearchedSpec & { readonly load?: LoadSpec };

/** A text that is the same for two sets of parameters exactly when they are the same set. */
export function paramsKey(params: Cell['params']): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A text that is the same for two cells exactly when they are compared with each other: they have the same
 * workload, parameters and load.
 */
export const familyKey = ({ workload, params, load }: Pick<Cell, 'workload' | 'params' | 'load'>): string =>
  JSON.stringify([workload, paramsKey(params), load]);

/** By the first parameter in which they differ: numbers by size, words by their letters. */
function compareParams(a: Cell['params'], b: Cell['params']): number {
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [left = '', right = ''] = [a, b].map((params) =>
      Object.hasOwn(params, key) ? params[key] : undefined,
    );
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right));
    if (order !== 0) return order;
  }
  return 0;
}

/** Closed loads before open ones, small before large. */
export function compareLoads(a: LoadSpec, b: LoadSpec): number {
  if (a.kind === 'closed')
    return b.kind === 'open' ? -1 : a.concurrency - b.concurrency || (a.thinkNs ?? 0) - (b.thinkNs ?? 0);
  if (b.kind === 'closed') return 1;
  return (
    a.ratePerSecond - b.ratePerSecond ||
    a.arrivals.localeCompare(b.arrivals) ||
    (a.clients ?? Number.MAX_SAFE_INTEGER) - (b.clients ?? Number.MAX_SAFE_INTEGER)
  );
}

/** A name's place in a list; names that are not in it share the last one, which keeps their order. */
export function ranking(names: readonly string[]): (name: string) => number {
  const places = new Map<string, number>();
  for (const name of names) if (!places.has(name)) places.set(name, places.size);
  return (name) => places.get(name) ?? places.size;
}
