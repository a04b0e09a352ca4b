#!/usr/bin/env node
/** Reads the command line, calls one command, turns errors into exit codes. The only place that ends the process. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Command, CommanderError, Option } from 'commander';
import { asTyped } from './commands/as-typed.ts';
import { UserError } from './errors.ts';
import { softLimit, withLimit } from './limits.ts';
import { printableLines } from './printable.ts';

/** Node's exit code where an awaited promise is never settled. */
const NOTHING_LEFT = 13;
/** Loading the program opens many files at once: with fewer it may fail. */
const LEAST_FILES = 256;

type Action = (...values: never[]) => Promise<number>;

const collect = (value: string, values: string[] = []): string[] => [...values, ...value.split(',')];
const collectWhole = (value: string, values: string[] = []): string[] => [...values, value];

let isAnswered = false;
/** A user's module may end this process, or leave it with nothing to wait for: that is not the success that it looks like. */
process.once('exit', (code) => {
  if (isAnswered || (code !== 0 && code !== NOTHING_LEFT)) return;
  process.exitCode = say('the process was ended before the command was done', "look for process.exit in the workload's file", 3);
});

let isLost = false;
/** A reader that went away (`| head`) is not an error, and does not end a run, which still has to be stored; a full disk is one. */
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE' || isLost) return;
  isLost = true;
  say(`the output cannot be written: ${code}`, undefined, 3);
});
/** Nobody reads what is said meanwhile: that is no reason to end. */
process.stderr.on('error', () => {});

const code = await main(process.argv);
isAnswered = true;
// Whatever still holds the loop (a browser being opened, a peer's pipe) does not hold the answer.
process.stdout.write('', () => process.stderr.write('', () => setImmediate(() => process.exit(isLost && code === 0 ? 3 : code))));

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

function createProgram(does: (command: () => Promise<Action>) => (...values: unknown[]) => Promise<void>): Command {
  const program = new Command('iobench')
    .description('Runs one workload under every I/O model, and says which one fits, and by how much.')
    .version(version())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', asTyped('\nStart with:  iobench run --preset quick     then look:  iobench view'));

  program
    .command('run [workload...]')
    .description('measure workloads (by name, or by the file of your own) under models, and chart them')
    .option('-m, --model <name...>', 'only these models (default: all)', collect)
    .option('-c, --concurrency <n,...>', 'clients that each wait for their answer', collect)
    .option('--think <time>', 'how long a client waits before its next request', '0')
    .option('-r, --rate <n,...>', 'requests a second that arrive whatever happens (an open load)', collect)
    .option('--arrivals <kind>', 'poisson or constant', 'poisson')
    .option('--max-in-flight <n>', 'an open load sheds what is more, and counts it', '10000')
    .option('--threads <n>', 'a fixed pool for thread-per-request (default: a thread a request in flight)')
    .option('-p, --param <name.key=value...>', "a workload's or a model's parameters; several values (key=a,b) make several cells", collectWhole)
    .option('-d, --duration <time>', 'measured window of a trial')
    .option('--requests <n>', 'end the window with so many requests, if that comes first')
    .option(
      '--warmup <time>',
      "warm-up before each window, at least (default: the preset's); it goes on until nothing is compiled any more. 0 measures cold code",
    )
    .option('-t, --trials <n>', 'trials of each cell, each in a fresh process')
    .option(
      '--budget <time>',
      'measure for this long at most: all cells three times, then those whose place is still open (default: 90s without --trials)',
    )
    .option('--until <percent>', 'measure until the intervals reach no further, like 5%, or the budget is over (10m)')
    .option('--time-limit <time>', 'abort a trial after this long, warm-up and drain included')
    .option('--preset <name>', 'smoke, quick, standard or thorough (default: the loads of quick)')
    .option('-w, --workload-file <file...>', 'workloads of your own', collectWhole)
    .option('--seed <n>', 'for the order of trials and everything random', '1')
    .option('-n, --name <name>', "the run's name")
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .option('--data <dir>', "where the workloads' files are made (default: the system's temporary folder)")
    .option('--threshold <threshold...>', "exit with 1 if a cell does not keep to it, like 'tcp-echo/epoll: p99<2ms'", collectWhole)
    .option('--count-syscalls', 'count system calls a request, in extra trials under strace')
    .option('--no-charts', 'store the numbers only')
    .option('--json', 'print one JSON document instead of tables')
    .option('-q, --quiet', 'no progress')
    .action(does(async () => (await import('./commands/run.ts')).run));

  program
    .command('capacity [workload...]')
    .description('find the highest rate of arrivals at which each model keeps an objective; workloads by name, or by the file of your own')
    .option('--slo <objective>', "what has to be kept, like 'p99<20ms' (p50, p90, p99, p999, mean or max)")
    .option('-m, --model <name...>', 'only these models (default: all)', collect)
    .option('-p, --param <name.key=value...>', "a workload's or a model's parameters; several values (key=a,b) make several searches", collectWhole)
    .option('-w, --workload-file <file...>', 'workloads of your own', collectWhole)
    .option('--threads <n>', 'a fixed pool for thread-per-request (default: a thread a request in flight)')
    .option('--arrivals <kind>', 'poisson or constant', 'poisson')
    .option('--max-rate <n>', 'search no further', '10M')
    .option('--max-in-flight <n>', 'shed what is more, which is not kept', '10000')
    .option(
      '-d, --duration <time>',
      'measured window of a step; up to 30 times longer where the objective needs it: for enough requests, and for an overload to show',
      '1s',
    )
    .option('--warmup <time>', 'warm-up before each step, at least (default: 200ms); it goes on until nothing is compiled any more')
    .option('--time-limit <time>', 'abort a step after this long, warm-up and drain included')
    .option('--seed <n>', 'for the order of steps and everything random', '1')
    .option('-n, --name <name>', "the run's name")
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .option('--data <dir>', "where the workloads' files are made (default: the system's temporary folder)")
    .option('--no-charts', 'store the numbers only')
    .option('--json', 'print one JSON document instead of tables')
    .option('-q, --quiet', 'no progress')
    .action(does(async () => (await import('./commands/capacity.ts')).capacity));

  program
    .command('list')
    .description('models, workloads, their parameters, and which pairs are possible')
    .option('-w, --workload-file <file...>', 'workloads of your own', collectWhole)
    .option('--json', 'print JSON')
    .action(does(async () => (await import('./commands/list.ts')).list));

  program
    .command('report [run]')
    .description('show a run (the newest if none is named)')
    .option('-f, --format <format>', 'text, json, csv, markdown, png or html', 'text')
    .option('--charts <kind,...>', 'with png: only these kinds of charts, at every load (throughput, latency, curve, ...)', collect)
    .option('--theme <theme>', 'with png: light or dark pictures', 'light')
    .option('-o, --out <dir>', 'where runs are stored', 'results')
    .action(does(async () => (await import('./commands/report.ts')).report));

  program
    .command('compare <base> <new>')
    .description('what changed between two runs, and how sure that is')
    .option('--fail-if-slower <percent>', 'exit with 1 if a cell is slower by more, with its whole interval, like 5%')
    .option('-f, --format <format>', 'text, json, markdown, junit or github (for github-action-benchmark)', 'text')
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
    .description('what one step costs on this machine, unloaded, one at a time')
    .option('-d, --duration <time>', 'how long each step is measured', '200ms')
    .option('--json', 'print JSON')
    .action(does(async () => (await import('./commands/overhead.ts')).overhead));

  program
    .command('doctor')
    .description('what on this machine would spoil a measurement, and how to mend it; exits with 1 if anything is in doubt')
    .option('--data <dir>', "where the workloads' files would be made (default: the system's temporary folder)")
    .option('--json', 'print JSON')
    .action(does(async () => (await import('./commands/doctor.ts')).doctor));

  return program;
}

/** Says what went wrong, and gives the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return 2;
    const [message = '', hint] = error.message.replace(/^error: /, '').split('\n');
    return say(message, hint?.replace(/^\((.*)\)$/, '$1') || 'iobench --help lists what there is', 2);
  }
  if (error instanceof UserError) return say(withLimit(error.message), error.hint, error.exitCode, error);
  if (isShortOfFiles(error))
    return say(withLimit('EMFILE: this process may not open as many files as iobench itself has'), 'ulimit -n 4096', 2, error);
  if ((error as { syscall?: unknown } | null)?.syscall === 'uv_cwd') {
    return say('the folder that this command was typed in has been removed', 'change to another one: cd ~', 2, error);
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return say(withLimit(`iobench failed: ${message}`), 'DEBUG=1 shows where', 3, error);
}

/** Node reports a package whose file could not be opened for want of a descriptor as one that is not there. */
function isShortOfFiles(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === 'ERR_MODULE_NOT_FOUND') return (softLimit('Max open files') ?? Number.POSITIVE_INFINITY) < LEAST_FILES;
  return code === 'EMFILE' || code === 'ENFILE';
}

function say(message: string, hint: string | undefined, code: number, error?: unknown): number {
  const stack = process.env.DEBUG && error instanceof Error ? `${error.stack}\n` : '';
  process.stderr.write(printableLines(`iobench: ${message}\n${hint === undefined ? '' : `  ${asTyped(hint)}\n`}${stack}`));
  return code;
}

function version(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
