/** Two sequences of steps at once, inside one request. */
import { type Engine, PENDING } from '../engines/engine.ts';
import { type Both, type Connection, close, type Operation, type Steps } from '../operations.ts';
import { closeSteps, proceed, type Walk } from './proceed.ts';

/** Takes a side on, from the answer to its operation, until it ends. */
type GoOn = (side: Walk, answer: unknown) => unknown;
type Joined = (error: unknown, values?: readonly unknown[]) => void;

interface Side extends Walk {
  isOver: boolean;
}

/** How to give up a `both` that is under way: `then` is called when all its `finally` blocks have run. */
const givingUp = new WeakMap<Both, (then: () => void) => void>();

/**
 * Performs both sides; `joined` is called when both have ended. If one fails, the other is closed, and the
 * first error is theirs.
 */
export function performBoth(operation: Both, engine: Engine, goOn: GoOn, joined: Joined): void {
  const values: unknown[] = [undefined, undefined];
  let failure: unknown;
  let left = 2;
  let over = joined;

  const sideOf = (steps: Steps, place: number): Side => ({
    steps: keeping(steps, values, place),
    operation: undefined,
    isOver: false,
    end(error) {
      this.isOver = true;
      // The other may end here and now: the last of the two is the one that counts last.
      if (error !== undefined && failure === undefined) fail(error);
      left--;
      if (left === 0) over(failure, values);
    },
  });
  const sides = [sideOf(operation.first, 0), sideOf(operation.second, 1)];

  function fail(error: unknown): void {
    failure = error;
    for (const side of sides) if (!side.isOver) giveUp(side, engine, goOn);
  }
  givingUp.set(operation, (then) => {
    over = then;
    if (failure === undefined) fail(new Error('given up'));
  });
  for (const side of sides) if (failure === undefined) goOn(side, proceed(side, engine, null));
}

/** The steps, with their result kept; closing them closes what they consist of. */
function* keeping(steps: Steps, values: unknown[], place: number): Steps<void> {
  values[place] = yield* steps;
}

/**
 * Closes a side where it stands. What it waits for may still be reported, to the side as it was: so that
 * takes nothing any more, and its steps end as another.
 */
function giveUp(side: Side, engine: Engine, goOn: GoOn): void {
  const { steps, operation, end } = side;
  const rest: Side = { steps, operation: undefined, isOver: false, end: () => end.call(side) };
  side.isOver = true;
  side.steps = afterwards(operation, engine);
  side.operation = NOTHING;
  side.end = () => {};
  const closeRest = () => void goOn(rest, closeSteps(rest, engine));
  const giveUpBoth = operation?.kind === 'both' ? givingUp.get(operation) : undefined;
  if (giveUpBoth) return giveUpBoth(closeRest);
  if (operation) engine.cancel?.(operation, side);
  closeRest();
}

/** Performed, in vain, where a poller reports that a side that was given up is ready. */
const NOTHING = { kind: 'both', performBy: () => PENDING } as unknown as Operation;

/** In the place of steps that were given up: closes what their operation opened, should it still come. */
function afterwards(operation: Operation | undefined, engine: Engine): Steps {
  const end = { done: true, value: undefined };
  const opens = operation && ['open', 'connect', 'accept', 'listen'].includes(operation.kind);
  return {
    next(value: unknown) {
      if (opens && value) void closeUnseen(value as Connection, engine);
      return end;
    },
    throw: () => end,
    return: () => end,
  } as unknown as Steps;
}

async function closeUnseen(target: Connection, engine: Engine): Promise<void> {
  const nobody: Walk = { steps: afterwards(undefined, engine), operation: NOTHING, end() {} };
  try {
    await close(target).performBy(engine, nobody);
  } catch {
    // Nobody is left to notify.
  }
}
