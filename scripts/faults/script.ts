/** What a server does on a connection, step by step, as data. */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A text is written, each character a byte. */
export type Action =
  | string
  | { readonly do: 'end' | 'half-end' | 'reset' }
  | { readonly do: 'wait' | 'end when idle'; readonly forMs: number }
  | { readonly do: 'stand still'; readonly fromMs: number; readonly toMs: number }
  | Repeated;
interface Repeated {
  readonly do: 'bytewise' | 'for ever';
  readonly text: string;
  readonly everyMs: number;
}

/** Closes, when all is written. */
export const END: Action = { do: 'end' };
/** Ends its own side alone, and stays. */
export const HALF_END: Action = { do: 'half-end' };
export const RESET: Action = { do: 'reset' };
export const WAIT = (forMs: number): Action => ({ do: 'wait', forMs });
/** Waits until that time, from that time on; both since the server's first connection. */
export const STAND_STILL = (fromMs: number, toMs: number): Action => ({ do: 'stand still', fromMs, toMs });
/** Closes if no request comes for so long. */
export const END_WHEN_IDLE = (forMs: number): Action => ({ do: 'end when idle', forMs });
export const BYTEWISE = (text: string): Action => ({ do: 'bytewise', text, everyMs: 0 });
/** Again and again, until the other side has gone. */
export const FOREVER = (text: string, everyMs: number): Action => ({ do: 'for ever', text, everyMs });

/** What a step may ask. */
export interface Surroundings {
  /** No request has come that is not answered. */
  isIdle(): boolean;
  /** Since the server's first connection. */
  passedMs(): number;
}

/** Does it. */
export async function act(socket: Socket, action: Action, { isIdle, passedMs }: Surroundings): Promise<void> {
  if (typeof action === 'string') return write(socket, action);
  switch (action.do) {
    case 'end':
      return close(socket);
    case 'half-end':
      socket.end();
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'wait':
      return pause(action.forMs);
    case 'stand still':
      if (passedMs() >= action.fromMs && passedMs() < action.toMs) await pause(action.toMs - passedMs());
      return;
    case 'end when idle':
      setTimeout(() => isIdle() && close(socket), action.forMs);
      return;
    case 'bytewise':
      for (const byte of action.text) {
        write(socket, byte);
        await pause(action.everyMs);
      }
      return;
    case 'for ever':
      while (!socket.destroyed && !socket.writableEnded) {
        write(socket, action.text);
        await pause(action.everyMs);
      }
  }
}

/** When all is written; each call would listen for that anew. */
function close(socket: Socket): void {
  if (!socket.destroyed && !socket.writableEnded) socket.destroySoon();
}

function write(socket: Socket, text: string): void {
  if (!socket.destroyed && !socket.writableEnded) socket.write(text, 'latin1');
}
