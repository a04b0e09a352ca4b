/** The machine and the versions that a run was measured with. */
import { z } from 'zod';
import { nonNegative } from '../metrics/fields.ts';

const machineTimingSchema = z
  .object({
    windowNs: z.number().positive().describe('How long each window was.'),
    windows: z.int().positive().describe('How many windows there were of each kind.'),
    workSpread: nonNegative.describe(
      'The standard deviation, from window to window, of the logarithm of the speed: of a fixed piece of work on one CPU.',
    ),
    echoSpread: nonNegative
      .optional()
      .describe('The same of an echo between two processes; left out where no other process answered.'),
  })
  .meta({
    id: 'machineTiming',
    description: 'How evenly the machine ran before anything was measured on it.',
  });
/** How evenly the machine ran before anything was measured on it. */
export type MachineTiming = z.infer<typeof machineTimingSchema>;

export const environmentSchema = z
  .object({
    iobench: z.string().describe('Version of iobench.'),
    node: z.string().describe('Version of Node.js.'),
    v8: z.string().describe('Version of V8.'),
    libuv: z.string().describe('Version of libuv.'),
    platform: z.string().describe('The operating system, as Node names it.'),
    arch: z.string().describe('The instruction set, as Node names it.'),
    kernel: z.string().describe("The kernel's release."),
    cpuModel: z.string().describe('The name of the CPU.'),
    cpuCount: z.int().positive().describe('CPUs that the system has.'),
    memoryBytes: nonNegative.describe('Memory of the machine.'),
    dataFileSystem: z.string().describe("The file system that holds the workloads' files."),
    uvThreadpoolSize: z
      .int()
      .positive()
      .describe("libuv's helper threads, as the measured processes have them."),
    loadAverageBefore: nonNegative.describe('Runnable tasks, averaged over the minute before the run.'),
    gitCommit: z.string().optional().describe("Of the workload file's repository."),
    clockStepNs: nonNegative
      .optional()
      .describe('The smallest step that the measuring clock was seen to make.'),
    governors: z.array(z.string()).optional().describe("How the CPUs' frequency is chosen, each way once."),
    virtualized: z.boolean().optional().describe('The machine is a guest of a hypervisor.'),
    debugging: z
      .array(z.string())
      .optional()
      .describe('What slows Node down on purpose: a debug build, an inspector, a profiler.'),
    timing: machineTimingSchema
      .optional()
      .describe('How evenly the machine ran, before runs that are long enough to spend two seconds on it.'),
  })
  .meta({ id: 'environment', description: 'The machine and the versions that a run was measured with.' });
export type Environment = z.infer<typeof environmentSchema>;
