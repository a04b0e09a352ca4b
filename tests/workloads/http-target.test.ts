import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { targetOf } from '../../src/workloads/http-target.ts';

/** Listens on one address; its port. */
async function listenOn(host: string): Promise<number> {
  const server = net.createServer((socket) => socket.on('error', () => {}));
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
const hasIPv6 = await listenable('::1');
async function listenable(host: string): Promise<boolean> {
  const server = net.createServer().listen(0, host);
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return isListening;
}
const knows =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: net.isIP(address) }));

test('a name with several addresses: the one that listens is the first', async () => {
  const port = await listenOn('127.0.0.1');
  for (const addresses of [
    ['::1', '127.0.0.1'],
    ['127.0.0.1', '::1'],
    ['127.0.0.1', '127.0.0.1', '::1'],
  ]) {
    const target = await targetOf(`http://name.test:${port}/path?a=b`, { lookup: knows(...addresses) });
    expect(target).toMatchObject({ host: '127.0.0.1', port, addresses: ['127.0.0.1', '::1'] });
    expect(target.head).toMatch(new RegExp(`^GET /path\\?a=b HTTP/1\\.1\r\nHost: name\\.test:${port}\r\n`));
  }
});

test.skipIf(!hasIPv6)('a server that listens on IPv6 only is found, too', async () => {
  const port = await listenOn('::1');
  expect(await targetOf(`http://name.test:${port}/`, { lookup: knows('127.0.0.1', '::1') })).toMatchObject({
    host: '::1',
    addresses: ['::1', '127.0.0.1'],
  });
});

test('where none of the addresses answers, all are kept in their order: the requests will say why', async () => {
  expect(await targetOf('http://name.test:1/', { lookup: knows('::1', '127.0.0.1') })).toMatchObject({
    host: '::1',
    addresses: ['::1', '127.0.0.1'],
  });
});

test('user and password are sent as Basic authorization, and stand nowhere else', async () => {
  const { head } = await targetOf('http://anna:s%40e%20c@127.0.0.1:1/');
  expect(head).toContain(`\r\nAuthorization: Basic ${Buffer.from('anna:s@e c').toString('base64')}\r\n`);
  expect(head).toContain('\r\nHost: 127.0.0.1:1\r\n');
  expect((await targetOf('http://127.0.0.1:1/')).head).not.toContain('Authorization');
});

test.each([
  ['http://anna:secret@no-such-host.invalid/', 'the host of http://***@no-such-host.invalid/ is not known'],
  ['http://anna:sec/ret@host/', '"http://***@host/" is not a URL'],
  ['ftp://anna:secret@host/', 'ftp://***@host/: only http:// and https:// can be written as operations'],
  ['http://anna:100%@host/', 'http://***@host/: the user or the password is badly escaped'],
  ['http://***@host/', 'http://***@host/: the user and the password of a URL are not stored with results'],
])('%s: the reason names neither user nor password', async (url, message) => {
  await expect(targetOf(url)).rejects.toThrow(message);
});

test('an https URL is of port 443, and its server has to be who it names', async () => {
  const found = { lookup: knows('127.0.0.1') };
  expect(await targetOf('https://name.test/', found)).toMatchObject({
    port: 443,
    tls: { host: 'name.test' },
  });
  expect(await targetOf('https://[::1]:8443/', { lookup: knows('::1') })).toMatchObject({
    host: '::1',
    port: 8443,
    tls: { host: '::1' },
  });
  expect(await targetOf('http://name.test:1/', found)).not.toHaveProperty('tls');
});

test('the file of trusted certificates has to be one', async () => {
  const target = (ca: string) => targetOf('https://name.test/', { lookup: knows('127.0.0.1'), ca });
  await expect(target('no-such-file.pem')).rejects.toThrow(
    'no certificates can be read from no-such-file.pem',
  );
  await expect(target('package.json')).rejects.toThrow(/no certificates can be read from package.json/);
});
