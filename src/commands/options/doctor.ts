/** What can be typed after `iobench doctor`. */
import { Command } from 'commander';
import { jsonOption } from './several-commands.ts';

export const doctorCommand = new Command('doctor')
  .description(
    'find what would spoil a measurement on this machine, and how to fix it; exits with 1 if a check raises doubts',
  )
  .option('--data <dir>', "where the workloads' files would be made (default: the system's temporary folder)")
  .addOption(jsonOption);

export type DoctorFlags = ReturnType<typeof doctorCommand.opts>;
