/**
 * The plan of the network that a run builds: which host has which interface, and which address. What is
 * behind the router has private addresses (RFC 1918), as at home; the server has one of those kept for
 * documentation (RFC 5737), in the place of a public one. None of it is visible outside of the namespaces.
 */

/** The client's and the server's only interface. */
export const HOST_INTERFACE = 'eth0';
/** The router's interfaces: to the client, and to the server. */
export const LAN = { interface: 'lan', address: '192.168.1.1', prefixBits: 24 } as const;
export const WAN = { interface: 'wan', address: '203.0.113.1', prefixBits: 24 } as const;
/** What the router leases. */
export const POOL = { first: '192.168.1.100', last: '192.168.1.199', lease: '1h' } as const;
export const SERVER_ADDRESS = '203.0.113.80';
export const DNS_PORT = 53;
/** How long an answer of the name server may be kept. */
export const DNS_TTL_SECONDS = 60;
