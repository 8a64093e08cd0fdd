import { decodeBase64Lenient } from '../bytes/base64.ts';
import { NO_MEMBERS, scalar } from '../registry/member.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const remoteAddr: Variable = defineVariable({
  name: 'REMOTE_ADDR',
  summary: "The client's address.",
  kind: 'scalar',
  members: (tx) => scalar(tx.connection.clientAddress),
});

export const useragentIp: Variable = defineVariable({
  name: 'USERAGENT_IP',
  summary: 'The same as REMOTE_ADDR: the address in front of any trusted proxies.',
  kind: 'scalar',
  members: (tx) => scalar(tx.connection.clientAddress),
});

export const remoteHost: Variable = defineVariable({
  name: 'REMOTE_HOST',
  summary: "The client's address; names are not looked up.",
  kind: 'scalar',
  members: (tx) => scalar(tx.connection.clientAddress),
});

export const remotePort: Variable = defineVariable({
  name: 'REMOTE_PORT',
  summary: "The client's port.",
  kind: 'scalar',
  members: (tx) => scalar(String(tx.connection.clientPort)),
});

export const serverAddr: Variable = defineVariable({
  name: 'SERVER_ADDR',
  summary: 'Address the request came in on.',
  kind: 'scalar',
  members: (tx) => scalar(tx.connection.serverAddress),
});

export const serverPort: Variable = defineVariable({
  name: 'SERVER_PORT',
  summary: 'Port the request came in on.',
  kind: 'scalar',
  members: (tx) => scalar(String(tx.connection.serverPort)),
});

export const serverName: Variable = defineVariable({
  name: 'SERVER_NAME',
  summary: 'Host of the request without port.',
  kind: 'scalar',
  members: (tx) => scalar(tx.request.serverName),
});

export const uniqueId: Variable = defineVariable({
  name: 'UNIQUE_ID',
  summary: 'The transaction id, as in every log line of the request.',
  kind: 'scalar',
  members: (tx) => scalar(tx.connection.id),
});

export const authType: Variable = defineVariable({
  name: 'AUTH_TYPE',
  summary: 'How the server knows the client, such as `Basic`; else the first word of the Authorization header.',
  kind: 'scalar',
  members: (tx) => {
    if (tx.request.authType !== undefined) return scalar(tx.request.authType);
    const value = authorization(tx);
    if (value === undefined) return NO_MEMBERS;
    const space = value.indexOf(' ');
    return scalar(space === -1 ? value : value.slice(0, space));
  },
});

export const remoteUser: Variable = defineVariable({
  name: 'REMOTE_USER',
  summary:
    'Whom the server knows the client to be; else the user name of a Basic Authorization header, which nobody has verified.',
  kind: 'scalar',
  members: (tx) => {
    if (tx.request.user !== undefined) return scalar(tx.request.user);
    const value = authorization(tx);
    if (value === undefined || value.slice(0, 6).toLowerCase() !== 'basic ') return NO_MEMBERS;
    const credentials = decodeBase64Lenient(value.slice(6).trim());
    const colon = credentials.indexOf(':');
    return scalar(colon === -1 ? credentials : credentials.slice(0, colon));
  },
});

function authorization(tx: TransactionState): string | undefined {
  return tx.request.headerMembers.find((header) => header.key?.toLowerCase() === 'authorization')?.value;
}
