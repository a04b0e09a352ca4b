/**
 * What can be typed: each command's arguments and options, declared once. They are apart from what the command
 * does, because every start reads them, and only the command that is called is loaded.
 */

export { capacityCommand } from './capacity.ts';
export { compareCommand } from './compare.ts';
export { doctorCommand } from './doctor.ts';
export { listCommand } from './list.ts';
export { newCommand } from './new.ts';
export { overheadCommand } from './overhead.ts';
export { reportCommand } from './report.ts';
export { runCommand } from './run.ts';
export { viewCommand } from './view.ts';
