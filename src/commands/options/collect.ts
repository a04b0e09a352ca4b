/** How an option that can be repeated, or has several values, becomes a list. */

/** `-m epoll,poll -m io-uring`: commas separate values. */
export const collect = (value: string, values: string[] | undefined = []): string[] => [
  ...values,
  ...value.split(','),
];

/** Values with commas of their own: `-p file-read.blockSize=4KiB,64KiB`. */
export const collectWhole = (value: string, values: string[] | undefined = []): string[] => [
  ...values,
  value,
];
