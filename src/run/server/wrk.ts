/** wrk (https://github.com/wg/wrk): a closed load over connections that are kept, each with one request. */
import type { ClientProgram } from './client-program.ts';

const UNIT_NS: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

export const wrk: ClientProgram = {
  name: 'wrk',
  package: 'wrk',
  secondsOf: (windowNs) => Math.max(1, Math.ceil(windowNs / 1e9)),
  versionWords: ['--version'],
  version: (printed) => /^wrk \S*?(\d[\w.+-]*)/m.exec(printed)?.[1],
  words: ({ url, connections, threads, seconds }) => [
    `--connections=${connections}`,
    `--threads=${threads}`,
    `--duration=${seconds}s`,
    '--latency',
    url,
  ],
  read(printed) {
    const throughputPerSecond = numberIn(printed, /^Requests\/sec:\s+([\d.]+)/m);
    const requests = numberIn(printed, /^\s*(\d+) requests in /m);
    if (throughputPerSecond === undefined || requests === undefined) return undefined;
    const [, ...failed] =
      /^\s*Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/m.exec(printed) ?? [];
    const refused = numberIn(printed, /^\s*Non-2xx or 3xx responses: (\d+)/m) ?? 0;
    return {
      requests,
      throughputPerSecond,
      p50Ns: percentileIn(printed, 50),
      p99Ns: percentileIn(printed, 99),
      errors: failed.reduce((sum, each) => sum + Number(each), refused),
    };
  },
  // It first connects once to see whether anybody listens.
  connectionsMade: ({ connections }) => connections + 1,
};

function numberIn(printed: string, pattern: RegExp): number | undefined {
  const [, digits] = pattern.exec(printed) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A line of its `Latency Distribution`: `     99%    1.23ms`. */
function percentileIn(printed: string, percent: number): number | undefined {
  const [, digits, unit] = new RegExp(`^\\s+${percent}%\\s+([\\d.]+)(us|ms|s|m|h)$`, 'm').exec(printed) ?? [];
  const unitNs = UNIT_NS[unit ?? ''];
  return unitNs === undefined ? undefined : Number(digits) * unitNs;
}
