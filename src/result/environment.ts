/** The machine and the versions that a run was measured with. */
import { z } from 'zod';
import { nonNegative } from '../metrics/fields.ts';

const machineTimingSchema = z.object({
  /** How long each window was, and how many there were of each kind. */
  windowNs: z.number().positive(),
  windows: z.int().positive(),
  /**
   * The standard deviation, from window to window, of the logarithm of the speed: of a fixed piece of work on
   * one CPU.
   */
  workSpread: nonNegative,
  /** The same of an echo between two processes; left out where no other process answered. */
  echoSpread: nonNegative.optional(),
});
/** How evenly the machine ran before anything was measured on it. */
export type MachineTiming = z.infer<typeof machineTimingSchema>;

export const environmentSchema = z.object({
  iobench: z.string(),
  node: z.string(),
  v8: z.string(),
  libuv: z.string(),
  platform: z.string(),
  arch: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cpuCount: z.int().positive(),
  memoryBytes: nonNegative,
  /** The file system that holds the workloads' files. */
  dataFileSystem: z.string(),
  /** libuv's helper threads, as the measured processes have them. */
  uvThreadpoolSize: z.int().positive(),
  /** Runnable tasks, averaged over the minute before the run. */
  loadAverageBefore: nonNegative,
  /** Of the workload file's repository. */
  gitCommit: z.string().optional(),
  /** The smallest step that the measuring clock was seen to make. */
  clockStepNs: nonNegative.optional(),
  /** How the CPUs' frequency is chosen, each way once. */
  governors: z.array(z.string()).optional(),
  /** The machine is a guest of a hypervisor. */
  virtualized: z.boolean().optional(),
  /** What slows Node down on purpose: a debug build, an inspector, a profiler. */
  debugging: z.array(z.string()).optional(),
  /** How evenly the machine ran, before runs that are long enough to spend two seconds on it. */
  timing: machineTimingSchema.optional(),
});
export type Environment = z.infer<typeof environmentSchema>;
