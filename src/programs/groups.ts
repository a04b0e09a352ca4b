/** What a program chooses from: all back ends, and those of each route. */
import type { Task } from './program.ts';

export interface Group {
  readonly name: string;
  /** The numbers of its back ends. */
  readonly members: readonly number[];
}

export const EVERYONE = 'balanced';
export const routeName = (number: number): string => `route${number}`;

/** The first is that of requests which match no route. */
export const groupsOf = ({ backEnds, routes }: Task['fixture']): Group[] => [
  { name: EVERYONE, members: backEnds.map((_, number) => number) },
  ...routes.map((route, number) => ({ name: routeName(number), members: route.backEnds })),
];
