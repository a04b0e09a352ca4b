/** The requests that have begun and have not ended: made first, and given to those who begin requests and to those who look at them. */

/** A request as this list sees it. */
export interface Begun {
  isInFlight: boolean;
  readonly intendedNs: number;
}

export class InFlight {
  /** How many there are, counted one by one. */
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

  /** When each of them was to begin: looked up task by task, so that it is no other form of the count. */
  sinceNs(): number[] {
    return this.tasks.filter(({ isInFlight }) => isInFlight).map(({ intendedNs }) => intendedNs);
  }
}
