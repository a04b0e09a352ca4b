/**
 * At run time it is commander alone; its maintainers' other package describes it with types that a command's
 * options are inferred from.
 */
declare module 'commander' {
  export * from '@commander-js/extra-typings';
}
