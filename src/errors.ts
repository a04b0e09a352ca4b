/** A mistake that the user can correct: reported in one sentence, with a hint, without a stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** What to type or change instead. */
  readonly hint: string | undefined;
  /** The process's exit code: 2 for wrong usage. */
  readonly exitCode: number;

  constructor(
    message: string,
    options: { hint?: string | undefined; exitCode?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 2;
  }
}

/** Whether it is a `UserError`. (`instanceof` itself throws if a revoked proxy was thrown.) */
export function isUserError(thrown: unknown): thrown is UserError {
  try {
    return thrown instanceof UserError;
  } catch {
    return false;
  }
}

/**
 * The text of a property of something thrown; `undefined` if it is no text or cannot be read (a getter that
 * throws, a revoked proxy).
 */
export function textIn(thrown: unknown, property: 'code' | 'message' | 'name'): string | undefined {
  try {
    const text = (Object(thrown) as Record<string, unknown>)[property];
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A message for whatever was thrown. The user's code may throw anything; this function never throws. */
export function messageOf(thrown: unknown): string {
  // Errors of another realm count, too: `instanceof` does not know them.
  const text = textIn(thrown, 'message') ?? textIn(thrown, 'name');
  if (text !== undefined && typeof thrown !== 'function') return text;
  if (typeof thrown === 'function') return 'it threw a function';
  if (typeof thrown === 'object' && thrown !== null) return 'it threw an object without a message';
  return `it threw ${typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown)}`;
}

/** The same, after the error's name. */
export function namedMessageOf(thrown: unknown): string {
  const [name, message] = [textIn(thrown, 'name'), messageOf(thrown)];
  return name === undefined || name === message || typeof thrown === 'function'
    ? message
    : `${name}: ${message}`;
}
