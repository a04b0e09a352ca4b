/** What can be typed after `iobench new`. */
import { Command } from 'commander';

export const newCommand = new Command('new')
  .argument('<name>')
  .description('write a commented workload file to start from')
  .option('--form <form>', 'operations, async, blocking or server', 'operations')
  .option('--js', 'JavaScript instead of TypeScript');

export type NewFlags = ReturnType<typeof newCommand.opts>;
