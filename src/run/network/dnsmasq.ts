/** dnsmasq(8) on the router: it leases addresses (DHCP), and knows the names of the network (DNS). */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { within } from '../processes/within.ts';
import { DNS_TTL_SECONDS, LAN, POOL, SERVER_ADDRESS } from './addresses.ts';
import { inEnglish, type NetworkPrograms } from './programs.ts';

const START_LIMIT_MS = 5_000;
const KEPT_OUTPUT = 2_000;
/** What it prints once it has bound its sockets. */
const STARTED = /: started, version/;

/**
 * It begins its last line with the first of these, after the one that has the reason; setpriv(1), where it
 * does not know an option, ends with the second.
 */
const isReason = (line: string): boolean => !/FAILED to start up|^Try '/.test(line);

const wordsOf = (folder: string, names: readonly string[]): string[] => [
  // In the foreground, and as who it is: in a user namespace there is nobody else to become.
  '--no-daemon',
  '--log-facility=-',
  // Nothing of this machine's own configuration, names or name servers.
  '--conf-file=/dev/null',
  '--no-hosts',
  '--no-resolv',
  '--pid-file=',
  `--dhcp-leasefile=${path.join(folder, 'leases')}`,
  '--bind-interfaces',
  `--interface=${LAN.interface}`,
  '--except-interface=lo',
  `--dhcp-range=${POOL.first},${POOL.last},${POOL.lease}`,
  '--dhcp-authoritative',
  // It would wait three seconds for an answer of the address that it is about to lease.
  '--no-ping',
  `--local-ttl=${DNS_TTL_SECONDS}`,
  ...names.map((name) => `--address=/${name}/${SERVER_ADDRESS}`),
];

/**
 * Starts it in the namespace of this process, with which it ends: `names` have the server's address. `ended`
 * is called when it has ended, with its last words. Returns what ends it.
 * @throws Error if it does not start.
 */
export async function startDnsmasq(
  { dnsmasq, setpriv }: NetworkPrograms,
  { folder, names }: { readonly folder: string; readonly names: readonly string[] },
  ended: (why: string) => void,
): Promise<() => void> {
  const words = ['--pdeathsig', 'KILL', dnsmasq, ...wordsOf(folder, names)];
  const child = spawn(setpriv, words, { stdio: ['ignore', 'ignore', 'pipe'], env: inEnglish() });
  let printed = '';
  const lastLine = () => printed.trim().split('\n').findLast(isReason) || 'it printed nothing';
  const started = new Promise<boolean>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-KEPT_OUTPUT);
      if (STARTED.test(printed)) resolve(true);
    });
    child.once('error', () => resolve(false)).once('close', () => resolve(false));
  });
  if (!(await within(START_LIMIT_MS, started))) throw new Error(`dnsmasq does not start: ${lastLine()}`);
  child.once('close', () => ended(`dnsmasq ended: ${lastLine()}`));
  return () => void child.kill();
}
