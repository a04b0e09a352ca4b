/** The counters of nft(8), as it lists them. */

/** @throws Error if there is none of this name. */
export function packetsCounted(listed: string, name: string): number {
  const [, packets] = new RegExp(`counter ${name} \\{\\s*packets (\\d+) bytes`).exec(listed) ?? [];
  if (packets === undefined) throw new Error(`nft lists no counter ${name}`);
  return Number(packets);
}
