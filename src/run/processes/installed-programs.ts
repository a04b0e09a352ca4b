/**
 * Programs of the system, on the side of `prepare`: where they are, who runs them, and in which folder. As
 * root they run as `nobody`, since some servers refuse root, and none needs it.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdtempSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { messageOf, UserError } from '../../errors.ts';
import { UnsupportedError } from '../../operations.ts';
import type { Program, ProgramPlace } from '../../workloads/peers/program.ts';
import { readIfThere } from '../machine/read-if-there.ts';
import { OWN_FOLDER_NAME } from './own-folder-name.ts';
import type { StartedProgram } from './program.main.ts';

/** Where Debian and others install servers; the PATH of a user may not have them. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
const USUAL_NOBODY = 65_534;

/** A user's and a group's number; neither if the program runs as the user who runs iobench. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Finds a program, and makes what it needs to be started.
 * @throws UnsupportedError if it is not installed, naming its package, and on systems other than Linux.
 */
export async function programToStart(
  program: Program,
  { directory, signal }: { readonly directory: string; readonly signal: AbortSignal },
): Promise<StartedProgram> {
  const file = findProgram(program);
  const user = unprivileged();
  const folder = ownFolderOf(program.name, directory, user);
  const port = await freePort();
  const run = (name: string, words: readonly string[]) =>
    runToItsEnd(path.join(path.dirname(realpathSync(file)), name), words, { cwd: folder, signal, ...user });
  const place: ProgramPlace = { port, folder, run };
  const words = await program.words(place);
  return { name: program.name, file, words, folder, port, user, endsBy: program.endsBy ?? 'SIGTERM' };
}

/** @throws UnsupportedError if it is nowhere, naming its package, and on systems other than Linux. */
export function findProgram({
  name,
  package: packageName,
  folders = [],
}: Pick<Program, 'name' | 'package' | 'folders'>): string {
  if (process.platform !== 'linux')
    throw new UnsupportedError(
      `a program of the system (${name}) is started on Linux only, where /proc has the CPU time that it uses`,
    );
  const inPath = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const found = [...inPath, ...SERVER_FOLDERS, ...folders.flatMap(foldersLike)]
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
  if (found !== undefined) return found;
  throw new UnsupportedError(`${name} is not installed: the package ${packageName} has it`);
}

/** The folders of a pattern: of numbered ones the highest first. */
function foldersLike(pattern: string): string[] {
  const at = pattern.indexOf('/*');
  if (at < 0) return [pattern];
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 2)];
  return namesIn(before)
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .flatMap((name) => foldersLike(`${before}/${name}${after}`));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Root's programs run as `nobody`. */
function unprivileged(): RunAs {
  if (process.getuid?.() !== 0) return {};
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readIfThere('/etc/passwd') ?? '') ?? [];
  return { uid: Number(uid ?? USUAL_NOBODY), gid: Number(gid ?? USUAL_NOBODY) };
}

/** @throws UserError if that user cannot reach it. */
function ownFolderOf(name: string, directory: string, { uid, gid }: RunAs): string {
  const folder = mkdtempSync(path.join(directory, `${name}-`));
  if (uid === undefined || gid === undefined) return folder;
  chownSync(folder, uid, gid);
  // The run's own folder and those in it: others may pass, and not look around.
  for (const each of upToOwnFolder(directory)) chmodSync(each, 0o711);
  const closed = closedTo(directory);
  if (closed !== undefined)
    throw new UserError(`${name} runs as the user nobody, who may not enter ${closed}`, {
      hint: 'name another folder with --data DIR',
    });
  return folder;
}

/** The folder and those above it, up to the run's own one. */
function upToOwnFolder(directory: string): string[] {
  if (OWN_FOLDER_NAME.test(path.basename(directory))) return [directory];
  const above = path.dirname(directory);
  return above === directory ? [] : [directory, ...upToOwnFolder(above)];
}

/** The first folder on the way that others may not enter. */
function closedTo(folder: string): string | undefined {
  const above = path.dirname(folder);
  const closed = above === folder ? undefined : closedTo(above);
  if (closed !== undefined) return closed;
  const { mode } = statSync(folder);
  return (mode & 0o001) === 0 ? folder : undefined;
}

/**
 * A port that nobody listens on. Another process may take it first: the program then ends, and reports that.
 */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function runToItsEnd(
  file: string,
  words: readonly string[],
  options: { cwd: string; signal: AbortSignal } & RunAs,
): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, [...words], options);
    return stdout + stderr;
  } catch (error) {
    const printed = String((error as { stderr?: unknown }).stderr ?? '').trim();
    const why = causeIn(printed.split('\n')) || messageOf(error);
    throw new Error(`${path.basename(file)} failed: ${why}`, { cause: error });
  }
}

/** The first line that is marked as an error, as nginx and HAProxy do before they sum up; or the last. */
function causeIn(lines: readonly string[]): string | undefined {
  const marked = /^.*\[(?:emerg|alert)\]\s*(?:\(\d+\)\s*:\s*)?/i;
  return (lines.find((line) => marked.test(line)) ?? lines.at(-1))?.replace(marked, '');
}
