/** Takes the framing of chunks away, for clients that do not know it (RFC 9112, 7.1). Pure. */

const LF = 10;

/**
 * What takes a body in chunks, piece by piece, and returns what of its content is in each. A parser has
 * checked the framing, and knows where the body ends.
 */
export function unchunking(): (piece: Uint8Array) => Uint8Array {
  /** What has come of a line between two chunks. */
  let line = '';
  /** What is still to come of a chunk. */
  let leftBytes = 0;
  let isLast = false;
  return (piece) => {
    const content: Uint8Array[] = [];
    for (let at = 0; at < piece.length && !isLast; ) {
      if (leftBytes > 0) {
        const taken = piece.subarray(at, at + leftBytes);
        content.push(taken);
        leftBytes -= taken.length;
        at += taken.length;
        continue;
      }
      const end = piece.indexOf(LF, at) + 1;
      line += Buffer.from(piece.subarray(at, end || piece.length)).toString('latin1');
      if (end === 0) break;
      at = end;
      // An empty one ends the content before it.
      if (line.trim() !== '') {
        leftBytes = Number.parseInt(line, 16);
        isLast = leftBytes === 0;
      }
      line = '';
    }
    return Buffer.concat(content);
  };
}
