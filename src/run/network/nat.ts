/**
 * Network address translation (RFC 3022): what goes out of the router has the router's address, in the place
 * of a private one that nobody could answer to.
 */
import { WAN } from './addresses.ts';
import { packetsCounted } from './counters.ts';
import { command, type NetworkPrograms } from './programs.ts';

const RULES = `table ip nat {
  counter translated {}
  chain out {
    type nat hook postrouting priority srcnat;
    oifname "${WAN.interface}" counter name translated masquerade;
  }
}
`;

/** On the router, which is the namespace of this process. */
export async function translateAddresses({ nft }: NetworkPrograms): Promise<void> {
  await command([nft, '-f', '-'], RULES);
}

/** Only the first packet of a connection passes the rule: the others follow its entry. */
export const countTranslations = async ({ nft }: NetworkPrograms): Promise<number> =>
  packetsCounted(await command([nft, 'list', 'counters', 'table', 'ip', 'nat']), 'translated');
