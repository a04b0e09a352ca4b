/** Charts as pictures. */
import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.ts';
import type { RunDocument } from '../../result.ts';
import type { ChartKind } from '../charts/families.ts';
import type { ThemeName } from '../charts/look.ts';
import type { PngRequest } from './png.main.ts';

const CHARTS_FOLDER = 'charts';

export interface PngOptions {
  readonly theme?: ThemeName;
  /** The kinds to draw, at all loads; without it the usual kinds, at each workload's main load. */
  readonly only?: readonly ChartKind[];
}

/**
 * Writes charts of a document to `charts/` in the run's folder.
 * @returns their paths relative to the run's folder, as `charts/throughput-tcp-echo.png`.
 * @throws UserError if they cannot be written, Error if the process that draws them fails otherwise; its
 * error is in the message.
 */
export async function renderPngs(
  document: RunDocument,
  runFolder: string,
  { theme = 'light', only }: PngOptions = {},
): Promise<string[]> {
  const request: PngRequest = {
    document,
    folder: resolve(runFolder, CHARTS_FOLDER),
    theme,
    ...(only === undefined ? {} : { only }),
  };
  const program = fileURLToPath(new URL('./png.bundle.js', import.meta.url));
  // In a directory that is there: a workload may have changed to one that is gone by now.
  // The fourth is never written to: it ends when this process does, and with it what draws.
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    cwd: dirname(program),
  });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  // A child that dies early closes its end; its exit code is more informative than the broken pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(request));
  const [output, complaint, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (exitCode !== 0) throw failure(causeIn(complaint) || `exit code ${exitCode}`, request.folder);
  return (JSON.parse(output) as string[]).map((name) => `${CHARTS_FOLDER}/${name}`);
}

/** A fault of the disk, and not of the command line. */
const DISK_FAULTS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'];

function failure(cause: string, folder: string): Error {
  const code = /^Error: (E[A-Z]+): .*\b(?:open|mkdir|write|fsync|rename)\b/.exec(cause)?.[1];
  if (code === undefined) return new Error(`the charts could not be drawn: ${cause}`);
  return new UserError(`the charts cannot be written to ${folder}: ${code}`, {
    hint: 'charts are drawn beside run.jsonl: copy the run to a writable folder, and name that',
    exitCode: DISK_FAULTS.includes(code) ? 3 : 2,
  });
}

/** The line of a printed error that has its message. */
const causeIn = (complaint: string): string =>
  complaint.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? complaint.trim();
