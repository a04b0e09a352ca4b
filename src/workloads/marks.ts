/**
 * Where the time of one request went: its phases, whose ends the workload marks. What lies between two marks
 * belongs to the later one; what comes after the last, to none.
 */

/** A phase as a message between two parties: pages draw the conversation, with the time of each. */
export interface DescribedPhase {
  readonly name: string;
  /** Who begins it, and whom that is sent to: `browser`, `name server`. */
  readonly from: string;
  readonly to: string;
  /** What is sent, and what comes back before the phase ends. */
  readonly says: string;
  readonly answers?: string | undefined;
  /** What it is for, in a sentence or two for somebody who has never seen one. */
  readonly explains?: string | undefined;
}
/** A phase as a workload declares it: its name, or its name and the message that it is. */
export type DeclaredPhase = string | DescribedPhase;

export const phaseName = (phase: DeclaredPhase): string => (typeof phase === 'string' ? phase : phase.name);

/** Reports that a phase of the request has ended. */
export type Mark = (phase: string) => void;

/** Of one request, as plain data for another thread. */
export interface MarkedTimes {
  /** When the code of the request began. */
  readonly beganNs: number;
  /** How long each declared phase took, in their order; `undefined` if the request did not mark it. */
  readonly spentNs: readonly (number | undefined)[];
  /** When it marked the last one; `beganNs` if it marked none. */
  readonly lastNs: number;
}

/** There without being marked, so that no workload may declare them. */
export const DISPATCH = 'dispatch';
export const REST = 'rest';

export class Marks implements MarkedTimes {
  // With fractions, so that V8 keeps room for them from the start.
  beganNs = 0.5;
  lastNs = 0.5;
  readonly spentNs: (number | undefined)[];
  /** What workloads call. A phase that is marked again gets both times. */
  readonly mark: Mark;

  /** `nowNs` is the clock. */
  constructor(phases: readonly DeclaredPhase[], nowNs: () => number) {
    const places = placesOf(phases);
    this.spentNs = phases.map(() => undefined);
    this.mark = (phase) => {
      const place = placeOf(phase, places);
      const endNs = nowNs();
      this.spentNs[place] = (this.spentNs[place] ?? 0) + endNs - this.lastNs;
      this.lastNs = endNs;
    };
  }

  /** Another request begins. */
  begin(nowNs: number): void {
    this.beganNs = nowNs;
    this.lastNs = nowNs;
    this.spentNs.fill(undefined);
  }

  /** Takes over the marks that another thread reported. */
  take({ beganNs, spentNs, lastNs }: MarkedTimes): void {
    this.beganNs = beganNs;
    this.lastNs = lastNs;
    for (let place = 0; place < this.spentNs.length; place++) this.spentNs[place] = spentNs[place];
  }

  /** As plain data for another thread. */
  read(): MarkedTimes {
    return { beganNs: this.beganNs, spentNs: [...this.spentNs], lastNs: this.lastNs };
  }
}

/** The `mark` of requests whose phases nobody records. */
export function unrecorded(phases: readonly DeclaredPhase[] = []): Mark {
  const places = placesOf(phases);
  return (phase) => void placeOf(phase, places);
}

const placesOf = (phases: readonly DeclaredPhase[]): ReadonlyMap<string, number> =>
  new Map(phases.map((phase, place) => [phaseName(phase), place]));

/** @throws Error `EPHASE` for a phase that the workload does not declare. */
function placeOf(phase: string, places: ReadonlyMap<string, number>): number {
  const place = places.get(phase);
  if (place !== undefined) return place;
  const declared = [...places.keys()].join(', ') || 'none';
  const message = `the workload marks a phase that it does not declare: ${JSON.stringify(phase)} (declared: ${declared})`;
  throw Object.assign(new Error(message), { code: 'EPHASE' });
}
