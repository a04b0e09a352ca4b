/** What slows Node down on purpose. */
import process from 'node:process';

/** Options that watch a program, or keep it from being compiled (node --help, node --v8-options). */
const SLOWING = /^--(inspect(-brk|-wait)?|prof|cpu-prof|heap-prof|jitless|no-opt|trace-opt|trace-deopt)(=|$)/;

export interface NodeStart {
  readonly isDebugBuild: boolean;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How this process was started; the measured ones inherit its options and its environment. */
export const thisStart = (): NodeStart => ({
  isDebugBuild:
    process.features.debug === true ||
    (process.config as { target_defaults?: { default_configuration?: string } }).target_defaults
      ?.default_configuration === 'Debug',
  execArgv: process.execArgv,
  env: process.env,
});

/** In words; empty where nothing slows it. */
export function debuggingOf({ isDebugBuild, execArgv, env }: NodeStart): string[] {
  const inherited = (env.NODE_OPTIONS ?? '').split(/\s+/).filter((word) => SLOWING.test(word));
  return [
    ...(isDebugBuild ? ['Node is a debug build'] : []),
    ...execArgv.filter((word) => SLOWING.test(word)).map((word) => `node was started with ${word}`),
    ...inherited.map((word) => `NODE_OPTIONS has ${word}`),
    ...(env.NODE_V8_COVERAGE ? ['NODE_V8_COVERAGE counts what is run'] : []),
  ];
}
