/** How much to measure: what `--preset` chooses, each part of which an option of its own overrides. */

export interface Preset {
  readonly name: string;
  readonly summary: string;
  /** By name; all of ours if left out. */
  readonly workloads?: readonly string[];
  readonly concurrencies: readonly number[];
  /** Of each cell; with a budget, the rounds before any cell is left out. */
  readonly trials: number;
  /**
   * For how long is measured, where neither trials nor another budget are asked for; a preset without one has
   * its trials.
   */
  readonly budget?: string;
  /** Before each window, at least this long. */
  readonly warmup: string;
  /**
   * How long is waited for code to be compiled, at most: once in each process, and before each load. 0
   * measures cold code.
   */
  readonly longestWarmup: string;
  readonly duration: string;
  /** Parameters of workloads that have them, instead of their own defaults. */
  readonly params?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const quick: Preset = {
  name: 'quick',
  summary: 'files, sockets and HTTP under every model, until it is known who is the best',
  workloads: ['file-read', 'tcp-echo', 'http-get'],
  // One load: three rounds of more do not fit into its budget, and fewer decide nothing.
  concurrencies: [8],
  trials: 3,
  budget: '90s',
  warmup: '100ms',
  longestWarmup: '2s',
  duration: '350ms',
  // So that every model has enough requests for a p99.
  params: { 'http-get': { delay: '1ms' } },
};

/**
 * Where no preset was asked for: one client beside several, parameters as workloads have them, and as many
 * trials as it takes to distinguish a tenth more work from none.
 */
export const withoutPreset: Preset = { ...quick, concurrencies: [1, 8], trials: 5, params: {} };

export const presets: readonly Preset[] = [
  {
    name: 'smoke',
    summary: 'every possible pair at toy size: does it work at all?',
    concurrencies: [2],
    trials: 1,
    warmup: '10ms',
    longestWarmup: '0',
    duration: '25ms',
    params: {
      sleep: { duration: '1ms' },
      'file-read': { fileSize: '1MiB' },
      'file-write': { fileSize: '1MiB' },
      'http-get': { delay: '1ms' },
      'http-compute': { work: '16KiB' },
      'page-visit': { resources: '2', delay: '0' },
      'file-server': { fileSize: '1MiB' },
      'load-balance': { backends: '1ms+1ms' },
    },
  },
  quick,
  {
    name: 'standard',
    summary: 'every workload from one client to many, in about an hour',
    concurrencies: [1, 8, 64],
    trials: 5,
    warmup: '300ms',
    longestWarmup: '3s',
    duration: '500ms',
  },
  {
    name: 'thorough',
    summary: 'more loads, more trials, longer windows: for figures to be quoted',
    concurrencies: [1, 4, 16, 64, 256],
    trials: 5,
    warmup: '500ms',
    longestWarmup: '5s',
    duration: '3s',
  },
];
