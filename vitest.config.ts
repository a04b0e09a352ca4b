import { defineConfig } from 'vitest/config';

/** Folders of tests without processes, and with no clock but their own; and such tests beside others. */
const UNIT_FOLDERS = ['commands', 'load', 'metrics', 'programs', 'protocols', 'report', 'stats', 'workloads'];
const UNIT_FILES = ['architecture', 'quantity', 'reasons', 'result'].map((name) => `tests/${name}.test.ts`);
/** In those folders, but they start something, or measure how long something takes. */
const NOT_UNIT = [
  'load/clock',
  'protocols/tls',
  'protocols/tls-http',
  'protocols/tls-workloads',
  'report/linear',
  'report/formats/png',
  'commands/served-runs',
].map((name) => `tests/${name}.test.ts`);

/**
 * They start processes, and look at what those say and store; none measures how long something takes, or needs
 * the machine for itself.
 */
const SIDE_BY_SIDE = [
  ...[
    'asking',
    'bad-input',
    'credentials',
    'failing-cells',
    'hostile-code',
    'hostile-text',
    'interruption',
    'launchers',
    'limits',
  ].map((name) => `tests/cli/${name}.test.ts`),
  ...['own-workload', 'run', 'view', 'which-run', 'working-directory'].map(
    (name) => `tests/cli/${name}.test.ts`,
  ),
  ...['controls', 'page', 'story', 'view'].map((name) => `tests/page/${name}.test.ts`),
  ...['describe', 'fixtures', 'own-folder', 'programs', 'standby'].map(
    (name) => `tests/run/processes/${name}.test.ts`,
  ),
  ...['tls', 'tls-http', 'tls-workloads'].map((name) => `tests/protocols/${name}.test.ts`),
  ...['forms', 'http-misbehaviour', 'misbehaviour', 'one-byte', 'peer-killed', 'servers', 'system-calls'].map(
    (name) => `tests/${name}.test.ts`,
  ),
  ...['cli/budget', 'cli/capacity', 'engines/hard-cases', 'run/processes/server-peer'].map(
    (name) => `tests/${name}.test.ts`,
  ),
  ...['run/network/story', 'run/trial/bytes', 'run/trial-record'].map((name) => `tests/${name}.test.ts`),
  ...[
    'conformance',
    'load-balance',
    'network',
    'oauth',
    'other-client',
    'program-servers',
    'page-visit',
    'phases',
    'sqlite',
    'tls',
    'types',
  ].map((name) => `tests/${name}.test.ts`),
];

export default defineConfig({
  test: {
    // By itself it would leave one CPU of two to nobody.
    maxWorkers: '100%',
    globalSetup: ['tests/compile.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`tests/{${UNIT_FOLDERS.join()}}/**/*.test.ts`, ...UNIT_FILES],
          exclude: NOT_UNIT,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'side by side',
          include: SIDE_BY_SIDE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/*.test.ts', `tests/!(${UNIT_FOLDERS.join('|')})/**/*.test.ts`, ...NOT_UNIT],
          exclude: [...UNIT_FILES, ...SIDE_BY_SIDE],
          // Many of them measure, or start processes and wait for what they do: side by side they would
          // disturb each other.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
