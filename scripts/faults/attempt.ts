/** One try of a kind of fault: runs commands, and notes what must not have happened. */
import type { Random } from './chance.ts';
import type { Fault, FaultName } from './kind.ts';
import type { Ended, Place, Running } from './place.ts';
import { escapeIn, stackTraceIn, visible } from './printed.ts';

/** All well, a threshold, wrong usage, failed cells, interrupted: what README names. */
const EXIT_CODES = [0, 1, 2, 3, 130];
const LONGEST_DETAIL = 400;

/** A command hung: what the rest of the try would find is of no use. */
export class Hang extends Error {}

export interface AttemptOptions {
  readonly number: number;
  readonly random: Random;
  readonly place: Place;
  readonly limitMs: number;
}

export interface Expected {
  /** By which it may have been ended. */
  readonly signals?: readonly NodeJS.Signals[];
  readonly limitMs?: number;
}

export class Attempt {
  readonly number: number;
  readonly random: Random;
  readonly place: Place;
  readonly limitMs: number;
  readonly faults: Fault[] = [];
  /** What could not be looked at, each a sentence. */
  readonly notes: string[] = [];
  private subject = '';

  constructor({ number, random, place, limitMs }: AttemptOptions) {
    this.number = number;
    this.random = random;
    this.place = place;
    this.limitMs = limitMs;
  }

  /** What is tried, in a few words, for the details of all faults. */
  about(subject: string): void {
    this.subject = subject;
  }

  fault(name: FaultName, detail: string): void {
    const all = this.subject === '' ? detail : `${this.subject}: ${detail}`;
    this.faults.push({ name, detail: shortened(all) });
  }

  /** Runs a command to its end. @throws Hang if it takes longer than it may. */
  run(words: readonly string[], expected: Expected = {}): Promise<Ended> {
    return this.end(this.place.start(words), expected);
  }

  /**
   * Waits for a command's end, and looks at how it ended and what it printed. @throws Hang if it takes longer
   * than it may.
   */
  async end(running: Running, { signals = [], limitMs = this.limitMs }: Expected = {}): Promise<Ended> {
    const ended = await running.ended(limitMs);
    const command = spelled(running.words);
    if (!ended) {
      this.fault(
        'hang',
        `${command}: not over after ${Math.round(limitMs / 1000)} s${lastLine(running.stderr)}`,
      );
      throw new Hang(command);
    }
    const { code, signal, stdout, stderr } = ended;
    this.read(`${command}: stdout`, stdout);
    this.read(`${command}: stderr`, stderr);
    const isExpected = signal === null ? EXIT_CODES.includes(code as number) : signals.includes(signal);
    if (!isExpected)
      this.fault('other', `${command}: ended with ${signal ?? `exit code ${code}`}${lastLine(stderr)}`);
    const unexplained = /^iobench failed: .*|^iobench: iobench failed: .*/m.exec(stderr);
    if (unexplained) this.fault('other', `${command}: ${unexplained[0]}`);
    return ended;
  }

  /** Looks at what was printed, or served. */
  read(what: string, text: string): void {
    const stack = stackTraceIn(text);
    if (stack !== undefined) this.fault('stack trace', `${what}: ${stack}`);
    const control = escapeIn(text);
    if (control !== undefined) this.fault('escape', `${what}: ${control}`);
  }

  /** Looks for processes and files that were left behind. */
  async leave({ mayLeaveFiles = false } = {}): Promise<void> {
    for (const { pid, command } of await this.place.orphans()) this.fault('orphan', `${pid} ${command}`);
    if (mayLeaveFiles) return;
    for (const file of this.place.leftovers()) this.fault('leftover', file);
  }
}

/** A command as it is written down: what cannot be printed is escaped. */
export const spelled = (words: readonly string[]): string => `iobench ${words.map(quoted).join(' ')}`;

function quoted(word: string): string {
  const whole = word.length > 60 ? `${word.slice(0, 30)}…(${word.length} characters)` : word;
  return /^[\w./:=,%@+-]+$/.test(whole) ? whole : JSON.stringify(whole);
}

function shortened(text: string): string {
  const line = visible(text);
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)}…` : line;
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : `, its last line: ${JSON.stringify(line.slice(0, 120))}`;
}
