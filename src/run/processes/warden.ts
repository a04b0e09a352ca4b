/**
 * Ends what this process has started if this process is killed: a stopped process, and one that stands still in a call, never learn that
 * their parent has gone, and what they have started in turn has no parent to lose. A shell waits for the end of its input, which is ours.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** It knows those that have begun and not ended. Each is ended with its group, where it leads one. */
const SCRIPT = `
trap '' HUP INT QUIT TERM TSTP
alive=
while read -r what pid; do
  others=
  for each in $alive; do [ "$each" = "$pid" ] || others="$others $each"; done
  alive=$others
  [ "$what" = began ] && alive="$alive $pid"
done
for pid in $alive; do kill -s KILL -- "-$pid" || kill -s KILL "$pid"; done 2>/dev/null
`;

let warden: ChildProcess | undefined;

/** Has a process ended, with its group, should this one be killed. Without effect where there is no POSIX shell. @returns what is to be called when it has ended. */
export function guard(pid: number): () => void {
  if (process.platform === 'win32') return () => {};
  warden ??= start();
  const { stdin } = warden;
  stdin?.write(`began ${pid}\n`);
  return () => void stdin?.write(`ended ${pid}\n`);
}

function start(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'] });
  // A system without a shell has none to wait for this process, and a shell that was killed is not written to.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  // It waits for this process, and not the other way round.
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return shell;
}
