/**
 * A server of the system as a peer: this process starts it, knows when it listens, reads its CPU time from
 * /proc, and ends as it ends. Both are in one process group, which the run ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import process from 'node:process';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { bePeer } from '../../workloads/peers/peer.ts';
import type { PeerAddress } from '../../workloads/workload.ts';
import { cpuNsOfTree } from '../machine/process-tree.ts';
import type { RunAs } from './installed-programs.ts';
import { within } from './within.ts';

/** As plain data: what is started, where, and by whom. */
export interface StartedProgram {
  readonly name: string;
  readonly file: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly port: number;
  readonly user: RunAs;
  /** The signal at which it ends in order. */
  readonly endsBy: NodeJS.Signals;
}

const HOST = '127.0.0.1';
/** Between two looks whether it listens; the run has a limit on how long that may take. */
const LOOK_EVERY_MS = 5;

/** What it printed before its end arrives at once. */
const OUTPUT_LIMIT_MS = 100;
/** How much of its last output is kept. */
const KEPT_OUTPUT = 2_000;

let running: { readonly child: ChildProcess; readonly endsBy: NodeJS.Signals } | undefined;
let isLeaving = false;

leadOwnGroup();
dieWithParent();
bePeer({
  serve: (options) => start(options as unknown as StartedProgram),
  cpuNs: () => cpuNsOfTree(running?.child.pid ?? 0),
  leave() {
    isLeaving = true;
    // It ends, and this process then ends as it did.
    if (running) running.child.kill(running.endsBy);
    else process.exit(0);
  },
});
// Whatever ends this process by itself.
process.on('exit', () => running?.child.kill('SIGKILL'));

async function start({ file, words, folder, port, user, endsBy }: StartedProgram): Promise<PeerAddress> {
  const child = spawn(file, [...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  running = { child, endsBy };
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-KEPT_OUTPUT);
    });
  let hasEnded = false;
  child.once('exit', async (code, signal) => {
    hasEnded = true;
    running = undefined;
    // Processes that it has started may hold its output for as long as they live.
    await within(OUTPUT_LIMIT_MS, once(child, 'close'));
    // The last words of one that nobody has ended: they may have the reason.
    if (!isLeaving) process.stderr.write(printed);
    if (signal === null) process.exit(code ?? 1);
    process.kill(process.pid, signal === 'SIGINT' ? 'SIGKILL' : signal);
  });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  while (!hasEnded && !(await accepts(port)))
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  return { host: HOST, port };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, HOST);
    const end = (isAccepted: boolean) => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
