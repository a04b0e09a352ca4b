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

/** Whether it is one of ours. (`instanceof` itself throws where a revoked proxy was thrown.) */
export function isUserError(thrown: unknown): thrown is UserError {
  try {
    return thrown instanceof UserError;
  } catch {
    return false;
  }
}

/** What a property of something thrown holds, if that is text and can be read: it may be a getter that throws, or a proxy that is revoked. */
export function textIn(thrown: unknown, property: 'code' | 'message' | 'name'): string | undefined {
  try {
    const text = (Object(thrown) as Record<string, unknown>)[property];
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** What was thrown, in words. Code of the user's own may throw anything; this throws nothing. */
export function messageOf(thrown: unknown): string {
  // Also of what is an error elsewhere: one of another realm.
  const text = textIn(thrown, 'message') ?? textIn(thrown, 'name');
  if (text !== undefined && typeof thrown !== 'function') return text;
  if (typeof thrown === 'function') return 'it threw a function';
  if (typeof thrown === 'object' && thrown !== null) return 'it threw an object without a message';
  return `it threw ${typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown)}`;
}

/** The same, after the error's name. */
export function namedMessageOf(thrown: unknown): string {
  const [name, message] = [textIn(thrown, 'name'), messageOf(thrown)];
  return name === undefined || name === message || typeof thrown === 'function' ? message : `${name}: ${message}`;
}
