import type { SnortLink } from './links.ts';
import { Inexpressible } from './links.ts';
import type { SnortRule } from './rule.ts';

const SERVER_PORTS: ReadonlySet<string> = new Set([
  '80',
  '81',
  '443',
  '591',
  '3128',
  '8000',
  '8008',
  '8080',
  '8081',
  '8443',
  '8888',
]);

/** Whether a port specification can mean a web server. */
export function isWebPort(ports: string): boolean {
  return ports
    .replace(/[[\]]/g, '')
    .split(',')
    .some((port) => port === 'any' || /^\$.*HTTP/i.test(port) || SERVER_PORTS.has(port));
}

/** `flow` decides; without it a source port of a web server does. */
export function isResponseRule(rule: SnortRule, hasResponseBuffer: boolean): boolean {
  const flow = rule.options.find(({ name }) => name === 'flow')?.value ?? '';
  if (/\b(?:to_server|from_client)\b/.test(flow)) return false;
  if (/\b(?:to_client|from_server)\b/.test(flow) || hasResponseBuffer) return true;
  const comesFromServer = rule.sourcePort !== 'any' && isWebPort(rule.sourcePort);
  return comesFromServer && (rule.destinationPort === 'any' || !isWebPort(rule.destinationPort));
}

/** Conditions on addresses that stand in the header as numbers; variables and `any` are none. */
export function addressLinks(rule: SnortRule, isResponse: boolean): readonly SnortLink[] {
  const [client, server] = isResponse ? [rule.destination, rule.source] : [rule.source, rule.destination];
  return [...addressLink(client, 'REMOTE_ADDR'), ...addressLink(server, 'SERVER_ADDR')];
}

function addressLink(written: string, name: string): readonly SnortLink[] {
  const isNegated = written.startsWith('!');
  const list = written
    .slice(isNegated ? 1 : 0)
    .replace(/^\[(.*)\]$/, '$1')
    .split(',');
  const isOpen = (address: string): boolean => address === 'any' || address.startsWith('$');
  if (list.every(isOpen)) return [];
  if (!list.every((address) => /^[0-9a-f.:]+(?:\/\d{1,3})?$/i.test(address))) {
    throw new Inexpressible(`the address ${written} mixes numbers with variables or exceptions`);
  }
  const place = { targets: [{ name }], transformations: [['t', 'none'] as const], phase: 1 as const };
  return [{ place, operator: ['ipMatch', list.join(',')], isNegated }];
}
