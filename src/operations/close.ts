/** The operation that ends what others opened. */
import type { Engine, Waiter } from '../operations.ts';
import type { Listener } from './connecting.ts';
import type { File } from './files.ts';
import type { Connection } from './sockets.ts';
import { Step } from './step.ts';

export class Close extends Step<void> {
  declare readonly kind: 'close';
  declare readonly target: File | Connection | Listener;
  constructor(target: File | Connection | Listener) {
    super();
    this.kind = 'close';
    this.target = target;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.close(this, waiter);
  }
}

/**
 * Closes a file, a connection or a listener. Connections that nobody has accepted are reset; an `accept` that
 * waits fails as after `shutdown`. Where other threads wait in `accept`, shut the listener down first, and
 * close it when they have returned: until then its number may not be given to another socket.
 */
export const close = (target: File | Connection | Listener): Close => new Close(target);
