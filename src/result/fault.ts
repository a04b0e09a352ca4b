/**
 * Why a file cannot be read as a run. `no-run`: it is something else; `newer`: its schema is of a newer
 * iobench; `damaged`: a line is not what was written; `unfit`: a line is whole, and this version cannot use
 * it.
 */
export type ResultFault = 'no-run' | 'newer' | 'damaged' | 'unfit';

export class ResultFormatError extends Error {
  override readonly name = 'ResultFormatError';
  readonly fault: ResultFault;
  /** Counted from 1; `undefined` where it is not one line's fault. */
  readonly lineNumber: number | undefined;
  /** The version of iobench that wrote the header; `undefined` where the header cannot be read. */
  readonly writtenBy: string | undefined;

  constructor(
    message: string,
    {
      fault,
      lineNumber,
      writtenBy,
    }: { fault: ResultFault; lineNumber?: number; writtenBy?: string | undefined },
  ) {
    super(message);
    this.fault = fault;
    this.lineNumber = lineNumber;
    this.writtenBy = writtenBy;
  }
}
