/**
 * Bytes that say which message they are: it begins and ends with its number, as far as it has room, so that
 * another message's is detected.
 */
const STAMP_BYTES = 4;

export function stamp(message: Uint8Array, number: number): void {
  const width = Math.min(STAMP_BYTES, message.length);
  const end = message.length - width;
  for (let byte = 0; byte < width; byte++) message[end + byte] = number >>> (8 * byte);
  for (let byte = 0; byte < width; byte++) message[byte] = number >>> (8 * byte);
}

/** Whether an answer is as long as the message, and has its stamp. */
export function isEchoOf(message: Uint8Array, echo: Uint8Array): boolean {
  if (message.length !== echo.length) return false;
  const width = Math.min(STAMP_BYTES, message.length);
  const end = message.length - width;
  for (let byte = 0; byte < width; byte++)
    if (message[byte] !== echo[byte] || message[end + byte] !== echo[end + byte]) return false;
  return true;
}

/** What was received is not what was sent. */
export const mismatch = (): Error =>
  Object.assign(new Error('the echo differs from the message'), { code: 'EMISMATCH' });
