/** The programs that can stand in a model's place (`-m NAME`), in the order in which reports list them. */
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import type { ServerProgram } from './program.ts';

export const programs: readonly ServerProgram[] = [haproxy, nginx];
