/**
 * What the system answers, in English (LC_ALL=C), where it does not permit something, or was built without
 * it.
 */
const REFUSALS = [
  /Operation not (?:permitted|supported)|Permission denied|Read-only file system/,
  /(?:Address family|Protocol) not supported/,
  // ip(8), of a cable.
  /Unknown device type/,
  // nft(8), whose tables are modules.
  /Could not process rule: No such file or directory/,
  // A shell, of a setting that the kernel does not have: dash, and others.
  /Directory nonexistent|\/proc\/sys\/\S+: No such file or directory/,
  // Of a system call, by its name.
  /\b(?:EPERM|EACCES|EAFNOSUPPORT|EPROTONOSUPPORT)\b/,
];

/** Whether an error's message is the system's refusal, and not a failure. */
export const isRefusal = (reason: string): boolean => REFUSALS.some((refusal) => refusal.test(reason));
