/** Commands in messages are written so that they can be typed where this process was started. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

export interface Started {
  /** The program's file, as Node was given it. */
  readonly script: string;
  readonly directory: string;
  /** The folders in which a shell looks for a command. */
  readonly searched: readonly string[];
}

/** `iobench` if a shell finds it; `npx iobench` if it was installed for one project only, or not at all. */
export function commandName({ script, directory, searched }: Started): 'iobench' | 'npx iobench' {
  const project = /^(.*?)[\\/]node_modules[\\/]/.exec(script)?.[1];
  const isOfProject = project !== undefined && `${directory}${path.sep}`.startsWith(`${project}${path.sep}`);
  // npx and `npm run` add such folders to the path of what they start: a command that is typed later does not
  // have them.
  const own = searched.filter(
    (folder) => folder !== '' && !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder),
  );
  const isFound = own.some((folder) =>
    ['iobench', 'iobench.cmd'].some((name) => existsSync(path.join(folder, name))),
  );
  return isFound && !isOfProject ? 'iobench' : 'npx iobench';
}

const COMMAND =
  /(?<!npx |[\w./-])iobench (?=(?:run|capacity|list|report|view|new|compare|overhead|doctor|--help)\b)/g;

/** The message with its commands as they can be typed here. */
export function asTyped(message: string): string {
  if (message.search(COMMAND) < 0) return message;
  const [, script = ''] = process.argv;
  const name = commandName({
    script,
    directory: workingDirectory(),
    searched: (process.env.PATH ?? '').split(path.delimiter),
  });
  return message.replace(COMMAND, `${name} `);
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    // It has been removed.
    return '';
  }
}
