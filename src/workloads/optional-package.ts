/** Packages that only some workloads need, and that are not installed with iobench. */
import { UnsupportedError } from '../operations.ts';

/** @throws UnsupportedError if it is not installed, with what installs it. */
export function requirePackage(name: string): void {
  if (!isInstalled(name))
    throw new UnsupportedError(`the package ${name} is not installed: npm install ${name}`);
}

export function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
