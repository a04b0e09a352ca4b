/** What can be typed after `iobench overhead`. */
import { Command } from 'commander';
import { jsonOption } from './several-commands.ts';

export const overheadCommand = new Command('overhead')
  .description('measure what single steps cost on this machine, without load')
  .option('-d, --duration <time>', 'how long each step is measured', '200ms')
  .addOption(jsonOption);

export type OverheadFlags = ReturnType<typeof overheadCommand.opts>;
