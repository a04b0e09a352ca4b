/** What the system does not permit or have is told from what failed: by the words of its programs. */
import { expect, test } from 'vitest';
import { command } from '../../../src/run/network/programs.ts';
import { isRefusal } from '../../../src/run/network/refusals.ts';

test.each([
  'ip link add lan type veth: Error: Unknown device type.',
  'nft -f -: /dev/stdin:1:1-14: Error: Could not process rule: No such file or directory',
  'nft -f -: netlink: Error: cache initialization failed: Operation not permitted',
  'sh -e: sh: 3: cannot create /proc/sys/net/netfilter/nf_conntrack_udp_timeout: Directory nonexistent',
  'sh -e: sh: line 1: /proc/sys/net/ipv4/tcp_tw_reuse: No such file or directory',
  'no packet socket can be opened: EPERM',
  'no packet socket can be opened: EAFNOSUPPORT',
])('%s', (reason) => expect(isRefusal(reason)).toBe(true));

test.each([
  'dnsmasq does not start: dnsmasq: failed to create listening socket for 192.168.1.1: Address already in use',
  'udhcpc ended, and has leased no address and name server',
  'cat /tmp/leases: cat: /tmp/leases: No such file or directory',
])('not: %s', (reason) => expect(isRefusal(reason)).toBe(false));

test('programs answer in English, and one that cannot be started is an error with its name', async () => {
  expect(await command(['sh', '-c', 'echo "$LC_ALL"'])).toBe('C\n');
  await expect(command(['/nowhere/nft', 'list'])).rejects.toThrow('/nowhere/nft list: ENOENT');
});
