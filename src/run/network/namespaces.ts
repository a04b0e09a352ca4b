/**
 * Hosts as network namespaces (network_namespaces(7)): each has interfaces, addresses, routes, neighbours and
 * firewall rules of its own. They are held by processes, and not by names: when the last process in a
 * namespace ends, the kernel removes it and its interfaces, however the run ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { messageOf } from '../../errors.ts';
import { UnsupportedError } from '../../operations.ts';
import { within } from '../processes/within.ts';
import { command, inEnglish, type NetworkPrograms } from './programs.ts';

/** How a process gets a network namespace of its own. */
export interface NamespaceWay {
  /** The options of unshare(1). */
  readonly words: readonly string[];
  /** Also a user namespace, in which the user is root: an unprivileged user's way. */
  readonly hasUserNamespace: boolean;
}

const WAYS: readonly NamespaceWay[] = [
  { words: ['--net'], hasUserNamespace: false },
  { words: ['--user', '--map-root-user', '--net'], hasUserNamespace: true },
];

const READY_LIMIT_MS = 5_000;

/**
 * The way that works here: as root, or in a user namespace.
 * @throws UnsupportedError if neither does, with the reasons.
 */
export async function namespaceWay({ unshare, ip }: NetworkPrograms): Promise<NamespaceWay> {
  const reasons: string[] = [];
  for (const way of process.getuid?.() === 0 ? WAYS : WAYS.slice(1)) {
    try {
      // Who may make a namespace may not be permitted to do anything in it.
      await command([unshare, ...way.words, ip, 'link', 'set', 'lo', 'up']);
      return way;
    } catch (error) {
      reasons.push(messageOf(error));
    }
  }
  throw new UnsupportedError(
    `network namespaces cannot be made here (${reasons.join('; ')}): run as root, or allow users their own ` +
      'namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)',
  );
}

/** A host beside the one that this process is in. */
export interface Host {
  readonly pid: number;
  /** What a command has to begin with to run there. */
  readonly enter: readonly string[];
}

/**
 * Makes a host. A process holds it that does nothing, and ends when its input ends: with this process. `ended`
 * is called if it ends before, with the reason.
 * @throws Error if it cannot.
 */
export async function makeHost(
  { unshare, nsenter }: NetworkPrograms,
  ended: (why: string) => void,
): Promise<Host> {
  const holder = spawn(unshare, ['--net', 'sh', '-c', 'echo; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: inEnglish(),
  });
  holder.stdin.on('error', () => {});
  // It answers from within the namespace, so that this is there.
  if (!(await within(READY_LIMIT_MS, answered(holder))) || holder.pid === undefined)
    throw new Error('a network namespace could not be made');
  const how = (code: number | null, signal: string | null) => signal ?? `exit code ${code}`;
  const lost = (code: number | null, signal: string | null) =>
    ended(`the process that holds a host ended (${how(code, signal)})`);
  if (holder.exitCode !== null || holder.signalCode !== null) lost(holder.exitCode, holder.signalCode);
  else holder.once('exit', lost);
  return { pid: holder.pid, enter: [nsenter, `--net=/proc/${holder.pid}/ns/net`] };
}

function answered(holder: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    holder.stdout?.once('data', () => resolve(true));
    holder.once('error', () => resolve(false)).once('exit', () => resolve(false));
  });
}

/** What has to stand before a command of another process's for it to run on a host, and in its user namespace. */
export const entering = (
  { nsenter }: Pick<NetworkPrograms, 'nsenter'>,
  pid: number,
  { hasUserNamespace }: NamespaceWay,
): string[] => [
  nsenter,
  ...(hasUserNamespace ? [`--user=/proc/${pid}/ns/user`, '--preserve-credentials'] : []),
  `--net=/proc/${pid}/ns/net`,
];
