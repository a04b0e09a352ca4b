/**
 * A process that has started and waits for its work. To start one takes half as long as a window: it starts
 * while the one before it warms up, and waits, idle, until that one has ended.
 */
import { type Child, type ChildOptions, startChild } from './child.ts';

type Listener = Pick<ChildOptions, 'received' | 'output'>;

export class Standby {
  private readonly module: URL;
  private waiting: { readonly child: Child; attach(listener: Listener): void } | undefined;

  /** Of processes that run this module. */
  constructor(module: URL) {
    this.module = module;
  }

  /** Starts one, unless one waits. */
  prepare(): void {
    this.waiting ??= this.start();
  }

  /** The one that waits, or a new one; its messages and output so far are received first. */
  take(listener: Listener): Child {
    const { child, attach } = this.waiting ?? this.start();
    this.waiting = undefined;
    attach(listener);
    return child;
  }

  /** Ends the one that waits. */
  async end(): Promise<void> {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.child.kill();
    await waiting?.child.ended;
  }

  private start() {
    const messages: { readonly kind: string }[] = [];
    const texts: string[] = [];
    let attached: Listener | undefined;
    const child = startChild({
      module: this.module,
      received: (message) => void (attached ? attached.received(message) : messages.push(message)),
      output: (text) => void (attached ? attached.output?.(text) : texts.push(text)),
    });
    const started = {
      child,
      attach(listener: Listener) {
        // Not before whoever takes it has it.
        queueMicrotask(() => {
          attached = listener;
          for (const message of messages) listener.received(message);
          for (const text of texts) listener.output?.(text);
        });
      },
    };
    // One that ended while it waited is not given to anybody.
    void child.ended.then(() => {
      if (this.waiting === started) this.waiting = undefined;
    });
    return started;
  }
}
