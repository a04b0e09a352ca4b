/** A server that is installed on the system (`redis-server`, `postgres`), as the peer of a workload. */

/** What starts it. One literal per server, beside the workload that needs it. */
export interface Program {
  /** The name of its file, which is looked for in PATH, in the folders of servers, and in `folders`. */
  readonly name: string;
  /** The package that installs it: what a run names where it is missing. */
  readonly package: string;
  /** Further folders; a part of a path that is `*` stands for any, the highest first. */
  readonly folders?: readonly string[];
  /** The signal at which it ends in order; SIGTERM if left out. */
  readonly endsBy?: NodeJS.Signals;
  /**
   * Its arguments: it has to listen on `port` of 127.0.0.1, in the foreground. What it needs before it starts
   * (a configuration, a database) is made here.
   */
  words(place: ProgramPlace): Promise<readonly string[]> | readonly string[];
}

/** Where a program runs. */
export interface ProgramPlace {
  /** A port of 127.0.0.1 that was free a moment ago. */
  readonly port: number;
  /** An empty folder of its own, in which it is started, and which is removed after the run. */
  readonly folder: string;
  /**
   * Runs another program of its package to the end, in the same folder and as the same user; returns what
   * that has printed.
   * @throws Error with its last words, if it fails or is not there.
   */
  run(name: string, words: readonly string[]): Promise<string>;
}
