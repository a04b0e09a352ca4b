/** The cables of the network, pairs of virtual interfaces (veth(4)), and what the kernel does there. */
import { HOST_INTERFACE, LAN, SERVER_ADDRESS, WAN } from './addresses.ts';
import type { Host } from './namespaces.ts';
import { command, type NetworkPrograms } from './programs.ts';

/** The other end of each cable is on a host; the router is the namespace of this process. */
export async function connectHosts({ ip }: NetworkPrograms, client: Host, server: Host): Promise<void> {
  for (const enter of [[], client.enter, server.enter])
    await command([...enter, ip, 'link', 'set', 'lo', 'up']);
  await connectRouter(ip, LAN, client);
  await connectRouter(ip, WAN, server);
  await command([...client.enter, ip, 'link', 'set', HOST_INTERFACE, 'up']);
  await command([...server.enter, ip, 'link', 'set', HOST_INTERFACE, 'up']);
  const address = `${SERVER_ADDRESS}/${WAN.prefixBits}`;
  // It has no route to the client's private addresses: only what the router translates is answered.
  await command([...server.enter, ip, 'address', 'add', address, 'dev', HOST_INTERFACE]);
}

async function connectRouter(ip: string, end: typeof LAN | typeof WAN, host: Host): Promise<void> {
  const other = ['peer', 'name', HOST_INTERFACE, 'netns', String(host.pid)];
  await command([ip, 'link', 'add', end.interface, 'type', 'veth', ...other]);
  await command([ip, 'address', 'add', `${end.address}/${end.prefixBits}`, 'dev', end.interface]);
  await command([ip, 'link', 'set', end.interface, 'up']);
}

/** IPv6 would add questions of its own, which nobody asked for. */
const QUIET = ['net/ipv6/conf/all/disable_ipv6=1', 'net/ipv6/conf/default/disable_ipv6=1'];
const FORWARDING = ['net/ipv4/ip_forward=1'];
/**
 * A run makes many connections: ports and translations of those that have ended are free after a second, not
 * after one or two minutes. The kernel does the first for connections to this machine without being asked.
 */
const MANY_CONNECTIONS = ['net/ipv4/tcp_tw_reuse=1', 'net/ipv4/ip_local_port_range=1024 65535'];
const SHORT_TRANSLATIONS = [
  'net/netfilter/nf_conntrack_tcp_timeout_time_wait=1',
  'net/netfilter/nf_conntrack_tcp_timeout_close=1',
  'net/netfilter/nf_conntrack_udp_timeout=1',
  'net/netfilter/nf_conntrack_udp_timeout_stream=1',
];

/** Before the cables are connected: new interfaces take it over. */
export async function setKernel(client: Host, server: Host): Promise<void> {
  await setAll(client.enter, [...QUIET, ...MANY_CONNECTIONS]);
  await setAll(server.enter, QUIET);
  await setAll([], [...QUIET, ...FORWARDING]);
}

/** Once the rules are there that need connections tracked. */
export const shortenTranslations = (): Promise<void> => setAll([], SHORT_TRANSLATIONS);

/** A system without IPv6 has nothing to turn off. @throws Error if one is not to be set here. */
async function setAll(enter: readonly string[], settings: readonly string[]): Promise<void> {
  const script = settings.map((setting) => {
    const [name, value] = setting.split('=') as [string, string];
    const file = `/proc/sys/${name}`;
    return name.startsWith('net/ipv6/')
      ? `[ ! -e ${file} ] || echo '${value}' > ${file}`
      : `echo '${value}' > ${file}`;
  });
  await command([...enter, 'sh', '-e'], script.join('\n'));
}
