/** The definition of a workload: what one request does, written once. */
import type { Connection, Steps } from '../operations.ts';
import type { Disturbance } from './disturbance.ts';
import type { DeclaredPhase, Mark } from './marks.ts';
import type { Params, ParamsOf } from './parameters.ts';
import type { PeerName } from './peers/index.ts';
import type { Program } from './peers/program.ts';
import type { Tally } from './tally.ts';

/** Uniform on [0, 1), from the run's seed. */
export type Random = () => number;

/** As operations it runs under every model; as a function, only under models that can block or await. */
export type Form = 'operations' | 'async' | 'blocking';

/** The resources that operations use. Sleeping and computing need neither. */
export type Resource = 'files' | 'sockets';

/** Where another process or thread finds a workload: by its name among those of iobench, or in a file. */
export interface WorkloadReference {
  readonly name: string;
  readonly file?: string;
}

/** The argument of `prepare`. The files that it makes are removed after the run, whatever happens. */
export interface Preparation<Params> {
  readonly params: Params;
  /** An empty folder for the workload's files. */
  readonly directory: string;
  /** Aborts when the preparation is no longer waited for: the run was interrupted, or it took two minutes. */
  readonly signal: AbortSignal;
  /**
   * Starts a server in its own process, and returns its address: Node's `echo` (TCP; `delayNs`) or `http`
   * (`delayNs`, `responseBytes`), one of iobench's servers with its parameters (`echo-server`, `http-server`:
   * the cheaper ones, `echo-server` for messages of one size), or a module that calls `servePeer`.
   */
  startPeer(peer: PeerName | URL, options?: Record<string, unknown>): Promise<PeerAddress>;
  /**
   * Starts a server that is installed on the system, as a peer like those above: without root's rights, in a
   * folder of its own, and ended with the run. Linux. The result is its address.
   * @throws UnsupportedError if it is not installed, naming its package.
   */
  startProgram(program: Program): Promise<PeerAddress>;
  /**
   * Puts the client and the server on hosts of their own, with a router between them that leases addresses
   * (DHCP), answers for names (DNS) and translates addresses (NAT): network namespaces of Linux. `names` have
   * the server's address. To be called before `startPeer`, whose peers are then on the server; requests come
   * from the client. What is seen on the way of one is stored with the results, with the workload's described
   * phases; `resolve` and `connect` among them are shown as the packets that they are. The result is the
   * address of the name server.
   * @throws UnsupportedError if that is not possible here, naming what is missing; Error for a server
   * (`serve`).
   */
  startNetwork(names: readonly string[]): Promise<PeerAddress>;
  /** Performs steps of operations, untimed: to fill a database by the protocol that requests speak. */
  perform<Result>(steps: Steps<Result>): Promise<Result>;
}

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** How another client of HTTP asks for what a workload's own clients ask for; or why it cannot. */
export type HttpAccess = { readonly path: string } | { readonly reason: string };

interface Described<Schema extends Params> {
  /** Lower case, words joined by `-`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /**
   * The resources that its operations use, so that a model that cannot use them is reported before the run.
   */
  readonly uses?: readonly Resource[];
  /** Each with its default; set with `-p name.key=value`. */
  readonly params?: Schema;
  /**
   * The parameter that is the size of the message that a request carries, in bytes. Workloads whose messages
   * are of one size are compared by what their protocols cost.
   */
  readonly message?: keyof ParamsOf<Schema> & string;
  /**
   * The parts of a request, in their order: `request` calls `mark` with the name of each when it has ended.
   * Each gets a histogram of its own; together they are the service time. Those that describe a message
   * between two parties are drawn as a conversation.
   */
  readonly phases?: readonly DeclaredPhase[];
  /**
   * Parameters that have no effect beside the values of the others: no title names them, and setting one of
   * them is refused.
   */
  unused?(params: ParamsOf<Schema>): readonly string[];
}

/**
 * What a blocking request may return: anything but an iterator, which would be a generator that yields
 * anything but operations.
 */
type Plain<Returned> = Returned extends { next(...values: never[]): unknown } ? never : Returned;

/**
 * What `defineWorkload` takes, in the order in which it is written: TypeScript infers the fixture from what
 * `prepare` returns, and the client from what `connect` returns. `connect`, `request` and `disconnect` are of
 * one form: generators of operations (`*request`, runs under every model), async functions (`async request`,
 * for code that exists only in this form), or plain functions, which block their thread until they are done.
 */
export interface WorkloadDefinition<Schema extends Params, Fixture, Client, Returned>
  extends Described<Schema> {
  /**
   * Once per run, untimed. Returns plain data, which is sent to other processes. Without it, the parameters
   * are the fixture.
   */
  prepare?(preparation: Preparation<ParamsOf<Schema>>): Promise<Fixture> | Fixture;
  /**
   * Only with operations: once before each load, before its first client. Its background (connections that
   * stay open and idle). The steps in a list are performed many at a time.
   */
  background?(fixture: Fixture): Steps | readonly Steps[];
  /**
   * The fixture for requests without avoidable waits: they are sent before anything is measured, so that the
   * code has been compiled. Without it, requests as slow as the measured ones are sent then.
   */
  undelayed?(fixture: Fixture): Fixture;
  /**
   * Once per client: its result is passed to `request`. Without it, the fixture is the client. With `tally`,
   * its requests count reconnects and statuses.
   */
  connect?(fixture: Fixture, tally: Tally): Steps<Client> | Promise<Client> | Client;
  /** One request, timed. Its result is ignored; an error that it throws is counted by its `code`. */
  request(client: Client, random: Random, mark: Mark): Steps | Promise<unknown> | Plain<Returned>;
  /** Once per connected client, and after a request that failed. */
  disconnect?(client: Client): unknown;
}

/**
 * What `defineServer` takes: a workload whose requests come from outside. The model runs `serve`, once per
 * connection, and that is what is measured. `connect`, `request` and `disconnect` are the client's side,
 * which load generators perform in processes of their own; `background` and `undelayed` are theirs, too. All
 * are written as operations.
 */
export interface ServerDefinition<Schema extends Params, Fixture, Client, Served> extends Described<Schema> {
  /**
   * Once per run, untimed. Returns plain data, which servers and clients get. Without it, the parameters are
   * that.
   */
  prepare?(preparation: Preparation<ParamsOf<Schema>>): Promise<Fixture> | Fixture;
  /**
   * Of a server of HTTP: the path that any client may GET, again and again over a connection, to load it as
   * `request` does; or a clause about why that is another load. `iobench run --client` does that.
   */
  http?(params: ParamsOf<Schema>): HttpAccess;
  /**
   * Once in the server's process, before it listens: what `serve` gets in place of the fixture, in all its
   * threads and loops. What they share is in a SharedArrayBuffer; the rest is plain data, and each thread has
   * a copy of it.
   */
  share?(fixture: Fixture): Served;
  /**
   * What the run does to peers while requests are measured, in each trial anew, and undoes after it. A peer
   * that it kills does not fail the trial. Of those that are Node's by name, and of modules.
   */
  disturbances?(fixture: Fixture): readonly Disturbance[];
  /**
   * What goes on in the server's process beside its sessions, for as long as it serves, and once for all of its
   * threads and loops: steps that do not end by themselves. They are performed in one thread of their own,
   * under every model in the same way: a model that blocks could not, and of several loops each would. The
   * CPU time is the server's. An error ends all of them, and the server once its main thread is not blocked.
   */
  housekeeping?(fixture: Served, clock: () => number): readonly Steps[];
  /**
   * What the server does for one connection; the connection is closed when it returns or throws. An error
   * that it throws counts the connection as failed. `clock` counts nanoseconds, the same in all threads;
   * `random` is each thread's own.
   */
  serve(connection: Connection, fixture: Served, clock: () => number, random: Random): Steps;
  background?(fixture: Fixture & PeerAddress): Steps | readonly Steps[];
  /**
   * Clients beside the load, for as long as it lasts, which are not measured: steps that do not end by
   * themselves. They begin before the load's first request; one that fails, fails the trial.
   */
  lasting?(fixture: Fixture & PeerAddress): readonly Steps[];
  undelayed?(fixture: Fixture & PeerAddress): Fixture & PeerAddress;
  /** Once per client: its result is passed to `request`. The fixture has the server's address, too. */
  connect(fixture: Fixture & PeerAddress, tally: Tally): Steps<Client>;
  /** One request, timed. Its result is ignored; an error that it throws is counted by its `code`. */
  request(client: Client, random: Random, mark: Mark): Steps;
  disconnect?(client: Client): Steps;
}

/** A workload as the harness sees it. */
export interface Workload extends Omit<Described<Params>, 'unused'> {
  readonly form: Form;
  readonly unused?: (params: unknown) => readonly string[];
  readonly prepare?: (preparation: Preparation<unknown>) => unknown;
  readonly background?: (fixture: unknown) => Steps | readonly Steps[];
  readonly lasting?: (fixture: unknown) => readonly Steps[];
  readonly undelayed?: (fixture: unknown) => unknown;
  readonly connect?: (fixture: unknown, tally: Tally) => unknown;
  readonly request: (client: unknown, random: Random, mark: Mark) => unknown;
  readonly disconnect?: (client: unknown) => unknown;
  /** Only a server has it. */
  readonly serve?: (connection: Connection, fixture: unknown, clock: () => number, random: Random) => Steps;
  readonly http?: (params: unknown) => HttpAccess;
  readonly share?: (fixture: unknown) => unknown;
  readonly housekeeping?: (fixture: unknown, clock: () => number) => readonly Steps[];
  readonly disturbances?: (fixture: unknown) => readonly Disturbance[];
}

/**
 * Defines a workload. Its form is that of `request`: `*request` is operations, `async request` awaits, plain
 * `request` blocks. One signature for the three: overloads would give the parameters of `request` the types
 * of the first form, whichever it is written in.
 */
export function defineWorkload<
  Schema extends Params = Params,
  Fixture = ParamsOf<Schema>,
  Client = Fixture,
  Returned = void,
>(workload: WorkloadDefinition<Schema, Fixture, Client, Returned>): Workload {
  const described = workload as unknown as Omit<Workload, 'form'>;
  return { ...described, form: formOf(described.request) };
}

/** Defines a server, which every model runs that can accept connections. */
export function defineServer<
  Schema extends Params = Params,
  Fixture = ParamsOf<Schema>,
  Client = Fixture & PeerAddress,
  Served = Fixture,
>(server: ServerDefinition<Schema, Fixture, Client, Served>): Workload {
  return { uses: ['sockets'], ...(server as unknown as Omit<Workload, 'form'>), form: 'operations' };
}

/** JavaScript's name of a kind of function: `GeneratorFunction`, `AsyncFunction`, ... */
export const kindOf = (value: unknown): string | undefined =>
  (value as { constructor?: { name?: string } } | undefined)?.constructor?.name;

/** Which form a function is written in. */
export function formOf(request: unknown): Form {
  const kind = kindOf(request);
  return kind === 'GeneratorFunction' ? 'operations' : kind === 'AsyncFunction' ? 'async' : 'blocking';
}
