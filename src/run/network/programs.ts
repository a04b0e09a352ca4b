/** The programs of the system that build the network, and the packages that have them. */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { UnsupportedError } from '../../operations.ts';
import { findProgram } from '../processes/installed-programs.ts';

const PACKAGES = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  ip: 'iproute2',
  nft: 'nftables',
  dnsmasq: 'dnsmasq-base',
  udhcpc: 'udhcpc',
} as const;
/** Where each of them is. */
export type NetworkPrograms = Readonly<Record<keyof typeof PACKAGES, string>>;

/** A command that takes longer hangs. */
const COMMAND_LIMIT_MS = 10_000;

/** @throws UnsupportedError if one is missing, naming its package, and on systems other than Linux. */
export function findNetworkPrograms(): NetworkPrograms {
  if (process.platform !== 'linux') throw new UnsupportedError('a network of hosts needs Linux');
  const found = Object.entries(PACKAGES).map(([name, packageName]) => [
    name,
    findProgram({ name, package: packageName }),
  ]);
  return Object.fromEntries(found) as NetworkPrograms;
}

/** What programs answer is looked at: not in the language of who runs them. */
export const inEnglish = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C' });

/**
 * Runs a command to its end; returns what it has printed on its standard output. `input` is what it reads.
 * @throws Error with its last line, if it fails or hangs.
 */
export async function command(words: readonly string[], input?: string): Promise<string> {
  const [program = '', ...rest] = words;
  const limits = { timeout: COMMAND_LIMIT_MS, killSignal: 'SIGKILL' } as const;
  const running = promisify(execFile)(program, rest, { ...limits, env: inEnglish() });
  // One that ends without reading its input is reported by its exit code.
  running.child.stdin?.on('error', () => {}).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr = '', killed, code } = error as { stderr?: string; killed?: boolean; code?: unknown };
    // A number of one that has ended, a name of one that could not be started.
    const otherwise = typeof code === 'string' ? code : 'it failed';
    const why = killed
      ? `it did not end within ${COMMAND_LIMIT_MS / 1000} s`
      : firstLine(stderr) || otherwise;
    throw new Error(`${words.join(' ')}: ${why}`);
  }
}

/** nft and ip name the error first, and then show where it is. */
const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
