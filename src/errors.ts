/** A mistake that the person at the keyboard can mend: said in one sentence, with a hint, without a stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** What to type or change instead. */
  readonly hint: string | undefined;
  /** The process's exit code: 2 for wrong usage. */
  readonly exitCode: number;

  constructor(message: string, options: { hint?: string | undefined; exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 2;
  }
}
