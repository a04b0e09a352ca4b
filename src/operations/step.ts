/** What every operation is: a step of a request, which yields itself once. */
import { counters, IN, OUT } from './counters.ts';

/**
 * An iterator of one step, which is its own result: a request allocates nothing but its operations. Here and
 * below fields are assigned, not defined: V8 takes 40 ns longer to make an object whose fields are.
 */
export abstract class Step<Value> {
  /** As an iterator's result. */
  declare done: boolean;
  declare value: unknown;

  constructor() {
    this.done = true;
    this.value = undefined;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(value?: Value): IteratorResult<this, Value> {
    this.done = !this.done;
    this.value = this.done ? value : this;
    return this as unknown as IteratorResult<this, Value>;
  }

  throw(error: unknown): IteratorResult<this, Value> {
    this.done = true;
    throw error;
  }

  /** The request is given up while it waits: the operation can still be asked for again. */
  return(value: Value): IteratorResult<this, Value> {
    this.done = true;
    return { done: true, value };
  }
}

/** A step whose result is the number of bytes that came in. */
export abstract class Inward extends Step<number> {
  override next(value?: number): IteratorResult<this, number> {
    if (!this.done) counters.moved[IN] = (counters.moved[IN] as number) + (value as number);
    return super.next(value);
  }
}

/** A step whose result is the number of bytes that went out. */
export abstract class Outward extends Step<number> {
  override next(value?: number): IteratorResult<this, number> {
    if (!this.done) counters.moved[OUT] = (counters.moved[OUT] as number) + (value as number);
    return super.next(value);
  }
}
