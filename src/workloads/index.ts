/** The workloads, in the order in which reports list them: from the simplest to the most complex. */
import dnsLookup from './dns-lookup.ts';
import echoServer from './echo-server.ts';
import fileRead from './file-read.ts';
import fileServer from './file-server.ts';
import fileWrite from './file-write.ts';
import httpCompute from './http-compute.ts';
import httpGet from './http-get.ts';
import httpServer from './http-server.ts';
import loadBalance from './load-balance.ts';
import noop from './noop.ts';
import oauthCodeFlow from './oauth-code-flow.ts';
import pageVisit from './page-visit.ts';
import redisGet from './redis-get.ts';
import sleep from './sleep.ts';
import socketioEcho from './socketio-echo.ts';
import sqlQuery from './sql-query.ts';
import sqliteQuery from './sqlite-query.ts';
import tcpEcho from './tcp-echo.ts';
import tlsEcho from './tls-echo.ts';
import tlsHandshake from './tls-handshake.ts';
import websocketEcho from './websocket-echo.ts';
import websocketHandshake from './websocket-handshake.ts';
import type { Workload } from './workload.ts';

export const workloads: readonly Workload[] = [
  noop,
  sleep,
  fileRead,
  fileWrite,
  tcpEcho,
  tlsEcho,
  tlsHandshake,
  dnsLookup,
  httpGet,
  httpCompute,
  pageVisit,
  redisGet,
  websocketEcho,
  websocketHandshake,
  socketioEcho,
  oauthCodeFlow,
  sqliteQuery,
  sqlQuery,
  echoServer,
  httpServer,
  fileServer,
  loadBalance,
];
