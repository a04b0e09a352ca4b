/**
 * A provider of OpenID Connect, by `oidc-provider`: one user, and two clients, of which one still gets tokens in
 * addresses. Its pages for logging in and consenting are plain forms.
 */
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import type { Provider } from 'oidc-provider';
import { OAUTH_ACCOUNT, OAUTH_CLIENTS } from './index.ts';
import { Store } from './oauth-store.ts';
import { listening, servePeer } from './peer.ts';

// It gives advice for production, and about the version of Node, which nobody has asked for here.
console.info = console.warn = () => {};

const LIFETIME_SECONDS = 3600;
const CODE_SECONDS = 60;
const MOST_FORM_BYTES = 16 * 1024;
const PAGE = /^\/interaction\/[^/]+(\/login|\/consent)?$/;

servePeer(async () => {
  const server = http.createServer();
  server.keepAliveTimeout = 0;
  const address = await listening(server);
  const provider = await createProvider(`http://${address.host}:${address.port}`);
  const protocol = provider.callback();
  server.on('request', (request, response) => {
    if (!PAGE.test(request.url ?? '')) return void protocol(request, response);
    servePage(provider, request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  return address;
});

async function createProvider(issuer: string): Promise<Provider> {
  const { Provider } = await import('oidc-provider');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'of-this-run' };
  const client = {
    token_endpoint_auth_method: 'none',
    id_token_signed_response_alg: 'ES256',
  } as const;
  const { code, leak } = OAUTH_CLIENTS;
  return new Provider(issuer, {
    adapter: Store,
    clients: [
      {
        ...client,
        client_id: code.clientId,
        redirect_uris: [code.redirectUri],
        grant_types: ['authorization_code'],
        response_types: [code.responseType],
      },
      {
        ...client,
        client_id: leak.clientId,
        redirect_uris: [leak.redirectUri],
        grant_types: ['implicit', 'authorization_code'],
        response_types: [leak.responseType],
      },
    ],
    responseTypes: [code.responseType, leak.responseType],
    jwks: { keys: [key] },
    cookies: { keys: [issuer] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email'] },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@app.example` }),
    }),
    ttl: {
      AccessToken: LIFETIME_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      IdToken: LIFETIME_SECONDS,
      Interaction: LIFETIME_SECONDS,
      Session: LIFETIME_SECONDS,
      Grant: LIFETIME_SECONDS,
    },
  });
}

/** The pages of an interaction, and the forms that they send. */
async function servePage(
  provider: Provider,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    const page = prompt.name === 'login' ? loginPage(request.url ?? '') : consentPage(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    return;
  }
  const form = await readForm(request);
  if (prompt.name === 'login') {
    if (form.get('user') !== OAUTH_ACCOUNT.user || form.get('password') !== OAUTH_ACCOUNT.password)
      throw new Error('no such user, or another password');
    const login = { login: { accountId: OAUTH_ACCOUNT.user } };
    return provider.interactionFinished(request, response, login, { mergeWithLastSubmission: false });
  }
  const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const consent = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, consent, { mergeWithLastSubmission: true });
}

const loginPage = (path: string): string =>
  pageOf(`<form method="post" action="${path}/login">
<input name="user"><input name="password" type="password"><button>Log in</button>
</form>`);

const consentPage = (path: string): string =>
  pageOf(`<form method="post" action="${path}/consent"><button>Allow</button></form>`);

const pageOf = (body: string): string =>
  `<!doctype html>\n<html lang="en"><head><title>Log in</title></head><body>\n${body}\n</body></html>\n`;

async function readForm(request: http.IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const piece of request) {
    text += piece;
    if (text.length > MOST_FORM_BYTES) throw new Error('the form is too long');
  }
  return new URLSearchParams(text);
}
