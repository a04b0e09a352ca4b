/**
 * The limits of this process, for errors that they cause: a sentence names the limit, and the command that
 * shows it.
 */
import { readFileSync } from 'node:fs';

interface Limit {
  /** Its line in /proc/self/limits. */
  readonly line: string;
  /** Matches the messages of errors that this limit causes. */
  readonly sign: RegExp;
  sentence(limit: number): string;
}

const MEBIBYTE = 2 ** 20;
const LIMITS: readonly Limit[] = [
  {
    line: 'Max open files',
    sign: /\b(?:EMFILE|ENFILE)\b|too many open files/i,
    sentence: (limit) => `a process may have ${limit} open files here: ulimit -n`,
  },
  {
    line: 'Max address space',
    sign: /\bENOMEM\b|ERR_WORKER_(?:OUT_OF_MEMORY|INIT_FAILED)|out of memory|process OOM|(?:cannot|could not) allocate|allocation failed/i,
    sentence: (limit) =>
      `a process may have ${Math.round(limit / MEBIBYTE)} MiB of address space here, and Node reserves much more than it uses: ulimit -v`,
  },
  {
    line: 'Max processes',
    sign: /\b(?:spawn|fork|clone|thread)\w*\b.*\bEAGAIN\b|\bEAGAIN\b.*\b(?:spawn|fork|clone|thread)/,
    sentence: (limit) => `a user may have ${limit} processes and threads here: ulimit -u`,
  },
  {
    line: 'Max file size',
    sign: /\bEFBIG\b|\bSIGXFSZ\b/,
    sentence: (limit) => `a file may have ${limit} bytes here: ulimit -f`,
  },
];

/** Read when the module loads: a process without a free descriptor could not read it later. */
const written = readLimits();

function readLimits(): readonly string[] {
  try {
    return readFileSync('/proc/self/limits', 'utf8').split('\n');
  } catch {
    return [];
  }
}

/**
 * The soft limit on a line of /proc/self/limits; `undefined` if there is none, or the system does not report
 * it.
 */
export function softLimit(line: string): number | undefined {
  const rest = written
    .find((each) => each.startsWith(line))
    ?.slice(line.length)
    .trim();
  const limit = rest?.split(/\s+/)[0];
  return limit === undefined || limit === 'unlimited' ? undefined : Number(limit);
}

/**
 * The sentence about the limit that caused a message; `undefined` if none did, or the system does not have
 * that limit.
 */
export function limitBehind(message: string): string | undefined {
  const limit = LIMITS.find(({ sign }) => sign.test(message));
  const allowed = limit && softLimit(limit.line);
  return limit === undefined || allowed === undefined ? undefined : limit.sentence(allowed);
}

/** The message, followed by the limit that caused it, if one did. */
export function withLimit(message: string): string {
  const sentence = limitBehind(message);
  return sentence === undefined || message.includes(sentence) ? message : `${message} (${sentence})`;
}
