/** What can be typed after `iobench view`. */
import { Command } from 'commander';
import { outOption } from './several-commands.ts';

export const viewCommand = new Command('view')
  .argument('[run]')
  .description('serve all runs and their reports on 127.0.0.1, and open the page')
  .addOption(outOption)
  .option('--port <n>', 'the first port to try', '7357')
  .option('--no-open', 'do not open a browser');

export type ViewFlags = ReturnType<typeof viewCommand.opts>;
