/** The columns of every table, whatever the format: one list, so that all formats show the same figures. */
import type { MeasuredCell } from '../../result.ts';
import type { Rank } from '../verdicts/ranking.ts';
import {
  formatBytes,
  formatDuration,
  formatHalfWidth,
  formatLatency,
  formatRate,
  formatRatio,
  MISSING,
} from './format.ts';

export interface Column {
  readonly key: string;
  readonly head: string;
  /** The short title, for narrow tables. */
  readonly short: string;
  /** The meaning of the figure, shown on hover and in legends. */
  readonly title: string;
  text(cell: MeasuredCell, rank: Rank | undefined): string;
}

export const COLUMNS = {
  throughput: column(
    'throughput',
    'throughput',
    'Requests completed per second: the typical trial (geometric mean)',
    (cell) => formatRate(cell.throughputPerSecond.median),
    'requests',
  ),
  interval: column(
    'interval',
    '±',
    'The half-width of the 95 % interval of the typical trial; empty with fewer than three trials',
    (cell) => formatHalfWidth(cell.throughputPerSecond),
  ),
  behind: column(
    'behind',
    'behind',
    'How many times better the best one is; ★ if it alone may be the best, ≈ if it is one of several that may be',
    (_, rank) => {
      if (rank?.behind === undefined) return MISSING;
      return rank.isBest ? '★' : `${rank.isTied ? '≈' : ''}${formatRatio(rank.behind)}`;
    },
  ),
  mean: column('mean', 'mean', 'Mean latency', (cell) => formatLatency(cell, 'mean')),
  p50: column('p50', 'p50', 'Half of the requests took no longer', (cell) => formatLatency(cell, 'p50')),
  p99: column('p99', 'p99', '99 of 100 requests took no longer', (cell) => formatLatency(cell, 'p99')),
  p999: column('p999', 'p99.9', '999 of 1000 requests took no longer', (cell) => formatLatency(cell, 'p999')),
  max: column('max', 'max', 'The longest latency', (cell) => formatLatency(cell, 'max')),
  cpu: column('cpu', 'CPU/req', 'CPU time of the measured process, all threads, per request', (cell) =>
    formatDuration(cell.cpu.perRequestNs),
  ),
  switches: column('switches', 'switches/req', 'Context switches per request', (cell) =>
    oneInMany(cell.contextSwitches.perRequest),
  ),
  rss: column('rss', 'max RSS', 'Peak memory of the measured process', (cell) =>
    formatBytes(cell.maxRssBytes),
  ),
} as const satisfies Record<string, Column>;

function column(key: string, head: string, title: string, text: Column['text'], short = head): Column {
  return { key, head, title, text, short };
}

/** Context switches are a few per request, or one in many requests: `0.0012` keeps its digits. */
function oneInMany(perRequest: number): string {
  if (perRequest === 0) return '0';
  return perRequest < 0.0001 ? '<0.0001' : String(Number(perRequest.toPrecision(2)));
}
