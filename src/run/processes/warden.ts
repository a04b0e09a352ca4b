/**
 * Ends the processes that this one has started if it is killed: a stopped process, and one that blocks in a
 * call, never notice that their parent has ended, and their own children have another parent. A shell waits
 * for the end of its input, whose other end is here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** It knows the processes that have begun and not ended. Each is ended with its group, if it leads one. */
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

/**
 * Ends a process, with its group, if this one is killed. Without effect if there is no POSIX shell. @returns
 * the function to call when it has ended.
 */
export function guard(pid: number): () => void {
  if (process.platform === 'win32') return () => {};
  warden ??= start();
  const { stdin } = warden;
  stdin?.write(`began ${pid}\n`);
  return () => void stdin?.write(`ended ${pid}\n`);
}

function start(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'] });
  // A system without a shell has no warden, and one that was killed is not written to.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  // This process does not wait for it.
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return shell;
}
