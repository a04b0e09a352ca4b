#!/usr/bin/env node
/**
 * Reads the command line, calls one command, turns errors into exit codes. The only place that ends the
 * process.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Command, CommanderError, type OptionValues } from 'commander';
import { asTyped } from './commands/as-typed.ts';
import * as options from './commands/options/index.ts';
import { UserError } from './errors.ts';
import { softLimit, withLimit } from './limits.ts';
import { printableLines } from './printable.ts';

/** Node's exit code if an awaited promise is never settled. */
const NOTHING_LEFT = 13;
/** Loading the program opens many files at once: with fewer it may fail. */
const LEAST_FILES = 256;

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
  const program = createProgram();
  let code = 0;
  const add = <Args extends unknown[], Flags extends OptionValues>(
    command: Command<Args, Flags>,
    load: () => Promise<(...values: [...Args, Flags]) => Promise<number>>,
  ): Command =>
    program.addCommand(
      command.copyInheritedSettings(program).action(async (...values) => {
        const [given, flags] = [values.slice(0, -2) as Args, command.opts()];
        code = await (await load())(...given, flags);
      }),
    );
  // A command's own program is loaded when it is called, and not to show what there is.
  add(options.runCommand, async () => (await import('./commands/run.ts')).run);
  add(options.capacityCommand, async () => (await import('./commands/capacity.ts')).capacity);
  add(options.listCommand, async () => (await import('./commands/list.ts')).list);
  add(options.reportCommand, async () => (await import('./commands/report.ts')).report);
  add(options.compareCommand, async () => (await import('./commands/compare.ts')).compare);
  add(options.viewCommand, async () => (await import('./commands/view.ts')).view);
  add(options.newCommand, async () => (await import('./commands/new.ts')).create);
  add(options.overheadCommand, async () => (await import('./commands/overhead.ts')).overhead);
  add(options.doctorCommand, async () => (await import('./commands/doctor.ts')).doctor);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    return explain(error);
  }
}

function createProgram(): Command {
  return new Command('iobench')
    .description('Runs one workload under every I/O model, and reports which one fits best, and by how much.')
    .version(version())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', asTyped('\nStart with:  iobench run --preset quick     then look:  iobench view'));
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
