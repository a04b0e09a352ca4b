/** A client program that a run asks for: whether it is here, and whether it can send these loads. */
import { UserError } from '../../errors.ts';
import { UnsupportedError } from '../../operations.ts';
import type { PlannedCell } from '../plan.ts';
import { findProgram } from '../processes/installed-programs.ts';
import { startOtherProgram } from '../processes/other-program.ts';
import type { ClientProgram } from './client-program.ts';

export interface InstalledClient {
  readonly program: ClientProgram;
  readonly file: string;
  readonly version: string;
}

const VERSION_LIMIT_MS = 10_000;
/** What a client may be asked for, as a word of a command line: a path, without spaces. */
const PATH = /^\/[\x21-\x7e]*$/;

/**
 * Finds it, and asks for its version, before anything is measured.
 * @throws UserError with a sentence if it is not installed, or cannot send what the clients of a cell send.
 */
export async function requireClient(
  program: ClientProgram,
  cells: readonly PlannedCell[],
): Promise<InstalledClient> {
  const { name } = program;
  for (const cell of cells) {
    const problem = loadProblem(cell) ?? httpProblem(cell);
    if (problem !== undefined) throw new UserError(`--client ${name}: ${problem}`);
  }
  const file = fileOf(program);
  const { printed } = await startOtherProgram({
    file,
    words: program.versionWords,
    limitMs: VERSION_LIMIT_MS,
  }).ended;
  const version = program.version(printed);
  if (version === undefined)
    throw new UserError(`--client ${name}: ${file} does not report its version, and may be another program`);
  return { program, file, version };
}

function fileOf({ name, package: packageName }: ClientProgram): string {
  try {
    return findProgram({ name, package: packageName });
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    throw new UserError(`--client ${name}: ${error.message}`, {
      hint: `install it with: apt-get install ${packageName}`,
    });
  }
}

function loadProblem({ cell: { load } }: PlannedCell): string | undefined {
  if (load.kind === 'open') return 'it waits for each answer, and can send no open load (--rate)';
  return load.thinkNs === undefined ? undefined : 'it sends the next request at once (--think)';
}

function httpProblem({ planned: { workload }, params }: PlannedCell): string | undefined {
  const http = workload.serve ? workload.http?.(params) : undefined;
  if (!http) return `${workload.name} does not declare that it is a server of HTTP`;
  // A user's own function may return anything.
  const { path, reason } = http as Partial<Record<'path' | 'reason', unknown>>;
  if (reason !== undefined) return `it cannot send what clients of ${workload.name} send: ${reason}`;
  return typeof path === 'string' && PATH.test(path)
    ? undefined
    : `${workload.name} declares ${JSON.stringify(path)}, which is no path`;
}
