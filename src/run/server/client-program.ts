/**
 * What a client program is: a load generator of others, which loads a server as iobench's own does, so that
 * the two can be compared. Plain data and text: who starts it is `client-trial.ts`.
 */

/** A closed load: each connection waits for its answer. */
export interface ClientLoad {
  readonly url: string;
  readonly connections: number;
  readonly threads: number;
  readonly seconds: number;
}

/** What it reports of a load. */
export interface ClientFigures {
  readonly requests: number;
  readonly throughputPerSecond: number;
  /** Left out if it does not print them. */
  readonly p50Ns?: number | undefined;
  readonly p99Ns?: number | undefined;
  /** Connections and requests that failed. */
  readonly errors: number;
}

export interface ClientProgram {
  readonly name: string;
  /** The package that installs it. */
  readonly package: string;
  /** How many seconds it loads for a window of this length: it may only know whole ones. */
  secondsOf(windowNs: number): number;
  /** The words that make it print its version. */
  readonly versionWords: readonly string[];
  /** `undefined` if what it has printed has none. */
  version(printed: string): string | undefined;
  words(load: ClientLoad): readonly string[];
  /** `undefined` if what it has printed is no report. */
  read(printed: string): ClientFigures | undefined;
  /** How many connections it makes, if none of them fails. */
  connectionsMade(load: Pick<ClientLoad, 'connections'>): number;
}
