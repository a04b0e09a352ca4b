/** One thing that may spoil a measurement: what was found, and what mends it. */

/** `note`: worth knowing, or not to be told here; `doubt`: figures will suffer. */
export type State = 'ok' | 'note' | 'doubt';

export interface Check {
  readonly name: string;
  readonly state: State;
  /** What was found, with its figure. */
  readonly finding: string;
  /** The command that mends it, or what to do where no command does; always there where something is in doubt. */
  readonly remedy?: string;
}

/** What is found of one name. */
export const found = (name: string) => ({
  ok: (finding: string): Check => ({ name, state: 'ok', finding }),
  note: (finding: string, remedy?: string): Check => ({ name, state: 'note', finding, ...(remedy === undefined ? {} : { remedy }) }),
  doubt: (finding: string, remedy: string): Check => ({ name, state: 'doubt', finding, remedy }),
  /** The system does not tell. */
  unknown: (platform: string): Check => ({ name, state: 'note', finding: `cannot be told here (${platform})` }),
});
