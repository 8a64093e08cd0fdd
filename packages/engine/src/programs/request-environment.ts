import { isAlphanumeric, upperCase } from '../bytes/ascii.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/**
 * The request as CGI variables (RFC 3875 §4.1) for programs that rules run, with the variables of `setenv` added. Header names
 * that differ only in what CGI cannot write arrive under one name; the last one counts. `Proxy` is left out: programs take
 * HTTP_PROXY for a setting of their own.
 */
export function requestEnvironment(tx: TransactionState): Readonly<Record<string, string>> {
  const { request, connection } = tx;
  const environment: Record<string, string> = {
    GATEWAY_INTERFACE: 'CGI/1.1',
    REMOTE_ADDR: connection.clientAddress,
    REMOTE_PORT: String(connection.clientPort),
    REQUEST_METHOD: request.method,
    REQUEST_URI: request.uri,
    QUERY_STRING: request.query ?? '',
    SERVER_ADDR: connection.serverAddress,
    SERVER_NAME: request.serverName,
    SERVER_PORT: String(connection.serverPort),
    SERVER_PROTOCOL: request.protocol,
    UNIQUE_ID: connection.id,
  };
  for (const { key = '', value } of request.headerMembers) {
    const name = cgiName(key);
    if (name !== '' && name !== 'PROXY') environment[`HTTP_${name}`] = value;
  }
  for (const { key = '', value } of tx.env.members) {
    if (key !== '' && !key.includes('=') && !key.includes('\0')) environment[key] = value;
  }
  // A program sees texts that end at their first NUL.
  for (const [name, value] of Object.entries(environment)) {
    if (value.includes('\0')) environment[name] = value.slice(0, value.indexOf('\0'));
  }
  return environment;
}

function cgiName(header: string): string {
  let name = '';
  for (const character of upperCase(header)) name += isAlphanumeric(character.charCodeAt(0)) ? character : '_';
  return name;
}
