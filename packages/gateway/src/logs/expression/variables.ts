/** What expressions can ask about an exchange: the variables and functions of ap_expr that make sense in a log. */
import { createHash } from 'node:crypto';
import { noteOf } from '../log-format/notes.ts';
import { tlsVariable } from '../log-format/tls-variables.ts';
import type { LoggedExchange } from '../logged-exchange.ts';

export type TextOf = (exchange: LoggedExchange) => string;

const header =
  (name: string): TextOf =>
  (one) =>
    one.requestHeader(name) ?? '';

/** A part of the local time at which the request is logged, with this many digits. */
const time =
  (part: (at: Date) => number, digits: number): TextOf =>
  (one) =>
    String(part(new Date(one.startedAt + one.duration / 1000))).padStart(digits, '0');

export const VARIABLES: Readonly<Record<string, TextOf>> = {
  __proto__: null as never,
  HTTP_ACCEPT: header('accept'),
  HTTP_COOKIE: header('cookie'),
  HTTP_FORWARDED: header('forwarded'),
  HTTP_HOST: header('host'),
  HTTP_PROXY_CONNECTION: header('proxy-connection'),
  HTTP_REFERER: header('referer'),
  HTTP_USER_AGENT: header('user-agent'),
  REQUEST_METHOD: (one) => one.method,
  REQUEST_SCHEME: (one) => one.scheme,
  REQUEST_URI: (one) => one.path,
  DOCUMENT_URI: (one) => one.path,
  REQUEST_FILENAME: (one) => (one.forwardedTo === undefined ? '' : `proxy:${one.forwardedTo}`),
  SCRIPT_FILENAME: (one) => (one.forwardedTo === undefined ? '' : `proxy:${one.forwardedTo}`),
  QUERY_STRING: (one) => one.query ?? '',
  THE_REQUEST: (one) => one.requestLine,
  REQUEST_STATUS: (one) => (one.status > 0 ? String(one.status) : ''),
  REQUEST_LOG_ID: (one) => (one.hasErrorLines ? one.id : ''),
  CONTENT_TYPE: (one) => one.responseHeader('content-type') ?? '',
  HANDLER: (one) => (one.forwardedTo === undefined ? '' : 'proxy-server'),
  REMOTE_ADDR: (one) => one.client.address,
  REMOTE_HOST: (one) => one.client.address,
  REMOTE_PORT: (one) => String(one.client.port),
  REMOTE_USER: (one) => one.user ?? '',
  REMOTE_IDENT: () => '',
  CONN_REMOTE_ADDR: (one) => one.peer.address,
  SERVER_NAME: (one) => one.hostname || one.serverName,
  SERVER_PORT: (one) => String(one.server.port),
  SERVER_PROTOCOL: (one) => one.protocol,
  HTTPS: (one) => (one.scheme === 'https' ? 'on' : 'off'),
  IPV6: (one) => (one.client.address.includes(':') ? 'on' : 'off'),
  IS_SUBREQ: () => 'false',
  TIME_YEAR: time((at) => at.getFullYear(), 4),
  TIME_MON: time((at) => at.getMonth() + 1, 2),
  TIME_DAY: time((at) => at.getDate(), 2),
  TIME_HOUR: time((at) => at.getHours(), 2),
  TIME_MIN: time((at) => at.getMinutes(), 2),
  TIME_SEC: time((at) => at.getSeconds(), 2),
  TIME_WDAY: time((at) => at.getDay(), 1),
};

/** Functions of one text. */
export const FUNCTIONS: Readonly<Record<string, (argument: string, exchange: LoggedExchange) => string>> = {
  __proto__: null as never,
  http: (name, one) => one.requestHeader(name.toLowerCase()) ?? '',
  req: (name, one) => one.requestHeader(name.toLowerCase()) ?? '',
  req_novary: (name, one) => one.requestHeader(name.toLowerCase()) ?? '',
  resp: (name, one) => one.responseHeader(name.toLowerCase()) ?? '',
  reqenv: (name, one) => one.environment(name) ?? '',
  env: (name, one) => noteOf(one, name) ?? one.environment(name) ?? '',
  note: (name, one) => noteOf(one, name) ?? '',
  ssl: (name, one) => tlsVariable(one, name) ?? '',
  tolower: (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  toupper: (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  escape: (text) =>
    text.replace(/[^A-Za-z0-9$\-_.+!*'(),:@&=/~;]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`),
  // Apache gives nothing where an escape is bad, and leaves an encoded slash as it is.
  unescape: (text) =>
    /%(?![0-9a-fA-F]{2})|%00/.test(text)
      ? ''
      : text.replace(/%(?!2f)([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
  base64: (text) => Buffer.from(text, 'latin1').toString('base64'),
  unbase64: (text) => Buffer.from(text, 'base64').toString('latin1'),
  md5: (text) => createHash('md5').update(text, 'latin1').digest('hex'),
  sha1: (text) => createHash('sha1').update(text, 'latin1').digest('hex'),
};
