/**
 * The requests that have begun and have not ended: created first, and shared by the code that begins requests
 * and the code that observes them.
 */

/** A request as this list sees it. */
export interface Begun {
  isInFlight: boolean;
  readonly intendedNs: number;
}

export class InFlight {
  /** Their number, counted one by one. */
  count = 0;
  private readonly tasks: Begun[] = [];

  /** A task that requests will use, again and again. */
  add(task: Begun): void {
    this.tasks.push(task);
  }

  begin(task: Begun): void {
    task.isInFlight = true;
    this.count++;
  }

  end(task: Begun): void {
    task.isInFlight = false;
    this.count--;
  }

  /** The intended start of each: looked up task by task, so that it is independent of the count. */
  sinceNs(): number[] {
    return this.tasks.filter(({ isInFlight }) => isInFlight).map(({ intendedNs }) => intendedNs);
  }
}
