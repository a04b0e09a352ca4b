/** One thing that may spoil a measurement: the finding, and its remedy. */

/** `note`: worth knowing, or unknown on this system; `doubt`: results may be wrong or vary more. */
export type State = 'ok' | 'note' | 'doubt';

export interface Check {
  readonly name: string;
  readonly state: State;
  /** What was found, with its figure. */
  readonly finding: string;
  /**
   * The command that fixes it, or what to do if no command does; a check that raises a doubt always has one.
   */
  readonly remedy?: string;
}

/** Makes the results of the check of this name. */
export const found = (name: string) => ({
  ok: (finding: string): Check => ({ name, state: 'ok', finding }),
  note: (finding: string, remedy?: string): Check => ({
    name,
    state: 'note',
    finding,
    ...(remedy === undefined ? {} : { remedy }),
  }),
  doubt: (finding: string, remedy: string): Check => ({ name, state: 'doubt', finding, remedy }),
  /** The system does not report it. */
  unknown: (platform: string): Check => ({
    name,
    state: 'note',
    finding: `unknown on this platform (${platform})`,
  }),
});
