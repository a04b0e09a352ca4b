#!/usr/bin/env node
/**
 * Reads the command line, calls one command, turns errors into exit codes. The only place that ends the
 * process.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Command, CommanderError, Option } from 'commander';
import { asTyped } from './commands/as-typed.ts';
import { UserError } from './errors.ts';
import { softLimit, withLimit } from './limits.ts';
import { printableLines } from './printable.ts';

/** Node's exit code if an awaited promise is never settled. */
const NOTHING_LEFT = 13;
/** Loading the program opens many files at once: with fewer it may fail. */
const LEAST_FILES = 256;

type Action = (...values: never[]) => Promise<number>;

const collect = (value: string, values: string[] = []): string[] => [...values, ...value.split(',')];
const collectWhole = (value: string, values: string[] = []): string[] => [...values, value];

let isAnswered = false;
/** A user's module may end this process, or leave it without anything to wait for: neither is a success. */
process.once('exit', (code) => {
  if (isAnswered || (code !== 0 && code !== NOTHING_LEFT)) return;
  process.exitCode = report(
    'the process was ended before the command was done',
    "look for process.exit in the workload's file",
    3,
  );
});

let isLost = false;
/**
 * A reader that closed the pipe (`| head`) is not an error, and does not end a run, which still has to be
 * stored; a full disk is one.
 */
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE' || isLost) return;
  isLost = true;
  report(`the output cannot be written: ${code}`, undefined, 3);
});
/** A closed stderr is no reason to end. */
process.stderr.on('error', () => {});

const code = await main(process.argv);
isAnswered = true;
// A handle that keeps the loop alive (a browser being opened, a peer's pipe) does not delay the exit.
process.stdout.write('', () =>
  process.stderr.write('', () => setImmediate(() => process.exit(isLost && code === 0 ? 3 : code))),
);

async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const does =
    (command: () => Promise<Action>) =>
    async (...values: unknown[]) => {
      code = await (await command())(...(values.slice(0, -1) as never[]));
    };
  const program = createProgram(does);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    return explain(error);
  }
}

function createProgram(
  does: (command: () => Promise<Action>) => (...values: unknown[]) => Promise<void>,
): Command {
  const program = new Command('iobench')
    .description('Runs one workload under every I/O model, and reports which one fits best, and by how much.')
    .version(version())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', asTyped('\nStart with:  iobench run --preset quick     then look:  iobench view'));

  program
    .command('run [workload...]')
    .description('measure workloads (named, or in files of your own) under models, and draw the charts')
    .option('-m, --model <name...>', 'only these models (default: all)', collect)
    .option(
      '-c, --concurrency <n,...>',
      'number of clients that each wait for their answer (a closed load)',
      collect,
    )
    .option('--think <time>', 'how long a client waits before its next request', '0')
    .option(
      '-r, --rate <n,...>',
      'requests per second, sent whether or not answers arrive (an open load)',
      collect,
    )
    .option('--arrivals <kind>', 'poisson or constant', 'poisson')
    .option(
      '--max-in-flight <n>',
      'under an open load, shed requests beyond this number, and count them',
      '10000',
    )
    .option(
      '--threads <n>',
      'a fixed number of threads for thread-per-request (default: one per request in flight)',
    )
    .option(
      '-p, --param <name.key=value...>',
      "a workload's or a model's parameters; several values (key=a,b) make several cells",
      collectWhole,
    )
    .option('-d, --duration <time>', 'measured window of a trial')
    .option('--requests <n>', 'end the window after N requests, if that comes first')
    .option(
      '--warmup <time>',
      "shortest warm-up before each window (default: the preset's); it goes on until V8 compiles nothing more. 0 measures cold code",
    )
    .option('-t, --trials <n>', 'trials per cell, each in a fresh process')
    .option(
      '--budget <time>',
      'measure for this long at most: all cells three times, then those whose rank is still open (default: 90s without --trials)',
    )
    .option(
      '--until <percent>',
      'measure until all intervals are this narrow, like 5%, or the budget is spent (10m)',
    )
    .option('--time-limit <time>', 'abort a trial after this long, warm-up and drain included')
    .option('--preset <name>', 'smoke, quick, standard or thorough (default: the loads of quick)')
    .option('-w, --workload-file <file...>', 'workloads of your own', collectWhole)
    .option('--seed <n>', 'seed of the order of trials and of all random numbers', '1')
    .option('-n, --name <name>', 'name of the run')
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .option('--data <dir>', "where the workloads' files are made (default: the system's temporary folder)")
    .option(
      '--threshold <threshold...>',
      "exit with 1 if a cell misses it, like 'tcp-echo/epoll: p99<2ms'",
      collectWhole,
    )
    .option('--count-syscalls', 'count system calls per request, in extra trials under strace')
    .option('--no-charts', 'store the results without charts and page')
    .option('--json', 'print one JSON document instead of tables')
    .option('-q, --quiet', 'show no progress')
    .action(does(async () => (await import('./commands/run.ts')).run));

  program
    .command('capacity [workload...]')
    .description(
      'find the highest arrival rate at which each model keeps an objective (workloads named, or in files of your own)',
    )
    .option('--slo <objective>', "the objective, like 'p99<20ms' (p50, p90, p99, p999, mean or max)")
    .option('-m, --model <name...>', 'only these models (default: all)', collect)
    .option(
      '-p, --param <name.key=value...>',
      "a workload's or a model's parameters; several values (key=a,b) make several searches",
      collectWhole,
    )
    .option('-w, --workload-file <file...>', 'workloads of your own', collectWhole)
    .option(
      '--threads <n>',
      'a fixed number of threads for thread-per-request (default: one per request in flight)',
    )
    .option('--arrivals <kind>', 'poisson or constant', 'poisson')
    .option('--max-rate <n>', 'highest rate to try', '10M')
    .option(
      '--max-in-flight <n>',
      'shed requests beyond this number; a rate that sheds any is not kept',
      '10000',
    )
    .option(
      '-d, --duration <time>',
      'measured window of a step; up to 30 times longer if the objective needs more requests, or an overload more time to show',
      '1s',
    )
    .option(
      '--warmup <time>',
      'shortest warm-up before each step (default: 200ms); it goes on until V8 compiles nothing more',
    )
    .option('--time-limit <time>', 'abort a step after this long, warm-up and drain included')
    .option('--seed <n>', 'seed of the order of steps and of all random numbers', '1')
    .option('-n, --name <name>', 'name of the run')
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .option('--data <dir>', "where the workloads' files are made (default: the system's temporary folder)")
    .option('--no-charts', 'store the results without charts and page')
    .option('--json', 'print one JSON document instead of tables')
    .option('-q, --quiet', 'show no progress')
    .action(does(async () => (await import('./commands/capacity.ts')).capacity));

  program
    .command('list')
    .description('list models, workloads, their parameters, and which pairs are possible')
    .option('-w, --workload-file <file...>', 'workloads of your own', collectWhole)
    .option('--json', 'print JSON')
    .action(does(async () => (await import('./commands/list.ts')).list));

  program
    .command('report [run]')
    .description('show a run (by default the newest)')
    .option('-f, --format <format>', 'text, json, csv, markdown, png or html', 'text')
    .option(
      '--charts <kind,...>',
      'with png: only charts of these kinds, at every load (throughput, latency, curve, ...)',
      collect,
    )
    .option('--theme <theme>', 'with png: light or dark', 'light')
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .action(does(async () => (await import('./commands/report.ts')).report));

  program
    .command('compare <base> <new>')
    .description('show what changed between two runs, and how certain that is')
    .option(
      '--fail-if-slower <percent>',
      'exit with 1 if the whole interval of a cell is slower by more than this, like 5%',
    )
    .option(
      '-f, --format <format>',
      'text, json, markdown, junit or github (for github-action-benchmark)',
      'text',
    )
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .action(does(async () => (await import('./commands/compare.ts')).compare));

  program
    .command('view [run]')
    .description('serve all runs and their reports on 127.0.0.1, and open the page')
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .addOption(new Option('--port <n>', 'the first port to try').default('7357'))
    .option('--no-open', 'do not open a browser')
    .action(does(async () => (await import('./commands/view.ts')).view));

  program
    .command('new <name>')
    .description('write a commented workload file to start from')
    .option('--form <form>', 'operations, async or blocking', 'operations')
    .option('--js', 'JavaScript instead of TypeScript')
    .action(does(async () => (await import('./commands/new.ts')).create));

  program
    .command('overhead')
    .description('measure what single steps cost on this machine, without load')
    .option('-d, --duration <time>', 'how long each step is measured', '200ms')
    .option('--json', 'print JSON')
    .action(does(async () => (await import('./commands/overhead.ts')).overhead));

  program
    .command('doctor')
    .description(
      'find what would spoil a measurement on this machine, and how to fix it; exits with 1 if a check raises doubts',
    )
    .option(
      '--data <dir>',
      "where the workloads' files would be made (default: the system's temporary folder)",
    )
    .option('--json', 'print JSON')
    .action(does(async () => (await import('./commands/doctor.ts')).doctor));

  return program;
}

/** Reports the error, and returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return 2;
    const [message = '', hint] = error.message.replace(/^error: /, '').split('\n');
    return report(
      message,
      hint?.replace(/^\((.*)\)$/, '$1') || 'iobench --help lists commands and options',
      2,
    );
  }
  if (error instanceof UserError) return report(withLimit(error.message), error.hint, error.exitCode, error);
  if (isShortOfFiles(error))
    return report(
      withLimit('EMFILE: this process may open fewer files than iobench itself needs'),
      'ulimit -n 4096',
      2,
      error,
    );
  if ((error as { syscall?: unknown } | null)?.syscall === 'uv_cwd') {
    return report('the working directory has been removed', 'change to another one: cd ~', 2, error);
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return report(withLimit(`iobench failed: ${message}`), 'DEBUG=1 shows where', 3, error);
}

/** Without a free descriptor Node reports a package whose file it could not open as missing. */
function isShortOfFiles(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === 'ERR_MODULE_NOT_FOUND')
    return (softLimit('Max open files') ?? Number.POSITIVE_INFINITY) < LEAST_FILES;
  return code === 'EMFILE' || code === 'ENFILE';
}

function report(message: string, hint: string | undefined, code: number, error?: unknown): number {
  const stack = process.env.DEBUG && error instanceof Error ? `${error.stack}\n` : '';
  process.stderr.write(
    printableLines(`iobench: ${message}\n${hint === undefined ? '' : `  ${asTyped(hint)}\n`}${stack}`),
  );
  return code;
}

function version(): string {
  return (
    JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
}
