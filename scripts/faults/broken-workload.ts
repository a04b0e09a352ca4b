/** What a broken workload file is. */

export interface BrokenWorkload {
  /** Of the file, too. */
  readonly name: string;
  /** The whole file. */
  readonly text: string;
  /** Another file beside it: a peer, for instance. */
  readonly beside?: { readonly name: string; readonly text: string };
  /** How `request` is written: it runs under the models that can run that. */
  readonly form?: 'async' | 'blocking';
  /** Nobody can end it but whoever waits: it is interrupted, and has to end then. */
  readonly isEndless?: boolean;
  /**
   * Under every model so many requests, of so many clients, complete at least: whoever waits is not kept from
   * it by those that do not.
   */
  readonly least?: { readonly clients: number; readonly completed: number };
  /** It starts a process that it does not end: that one is its own, and is not looked for. */
  readonly leavesChild?: boolean;
}

const IMPORTS =
  "import { close, connect, defineWorkload, open, read, receive, send, sleep, z } from 'iobench';\n";
const DESCRIBED = "name: 'broken', summary: 'Is broken'";

/** A file that is well but for these fields; `before` stands at its top. */
export const withFields = (fields: string, before = ''): string =>
  `${IMPORTS}${before}\nexport default defineWorkload({ ${DESCRIBED}, ${fields} });\n`;

export const SLEEPS = '*request() { yield* sleep(1e6); }';
