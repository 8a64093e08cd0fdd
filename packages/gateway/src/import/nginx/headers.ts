/** `proxy_set_header`, `add_header` and `proxy_hide_header`, as far as values are fixed. */
import { checkHeaderName, checkHeaderValue, checkHost } from '../../config/checks.ts';
import type { Settings } from '../proxy/draft.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { NginxScope } from './scope.ts';

/** Headers the gate writes by itself, with the values that mean so. */
const ALWAYS: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [/^x-real-ip$/i, /^\$remote_addr$/],
  [/^x-forwarded-for$/i, /^\$(proxy_add_x_forwarded_for|remote_addr)$/],
  [/^x-forwarded-proto$/i, /^\$scheme$/],
  [/^x-forwarded-host$/i, /^\$(host|http_host)(:\$server_port)?$/],
  [/^x-forwarded-port$/i, /^\$server_port$/],
  [/^x-request-id$/i, /^\$request_id$/],
  [/^(upgrade)$/i, /^\$http_upgrade$/],
  [/^(connection)$/i, /^(upgrade|keep-alive|close|\$connection_upgrade|\$http_connection|)$/i],
];

/** Settings of a route: the host that is sent on, and headers of both directions. */
export function hostAndHeaders(scope: NginxScope, ledger: Ledger): Settings {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  let host: Settings = { preserve_host: false };
  for (const { at, args } of scope.all('proxy_set_header')) {
    const [name = '', value = ''] = args;
    if (name.toLowerCase() === 'host') {
      if (/^\$(host|http_host)(:\$(server_port|proxy_port))?$/.test(value)) {
        host = { preserve_host: true };
        ledger.carried(at, 'preserve_host: true');
      } else if (value === '$proxy_host') ledger.carried(at, 'preserve_host: false');
      else if (checkHost(value) === undefined) {
        host = { send_host: value };
        ledger.carried(at, `send_host: ${value}`);
      } else ledger.leftOut(at, `${value} is no host that could be sent`);
    } else if (ALWAYS.some(([names, values]) => names.test(name) && values.test(value)))
      ledger.carried(at, 'the gate sends it by itself');
    else if (checkHeaderName(name) !== undefined) ledger.leftOut(at, checkHeaderName(name) as string);
    else if (value === '') {
      remove.push(name);
      ledger.carried(at, `request_headers.remove: ${name}`);
    } else if (value.includes('$') || checkHeaderValue(value) !== undefined)
      ledger.leftOut(at, 'values are fixed texts');
    else {
      set[name] = value;
      ledger.carried(at, `request_headers.set: ${name}`);
    }
  }
  return { ...host, ...edits('request_headers', set, remove), ...answerHeaders(scope, ledger) };
}

/** Headers of answers alone. */
export function answerHeaders(scope: NginxScope, ledger: Ledger): Settings {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const { at, args } of scope.all('add_header')) {
    const [name = '', value = ''] = args;
    const mistake = checkHeaderName(name) ?? checkHeaderValue(value);
    if (mistake !== undefined || value.includes('$')) ledger.leftOut(at, mistake ?? 'values are fixed texts');
    else {
      set[name] = value;
      ledger.carried(at, `response_headers.set: ${name}`, "put in place of the upstream's; not on pages of the gate");
    }
  }
  for (const { at, args } of scope.all('proxy_hide_header')) {
    const [name = ''] = args;
    if (checkHeaderName(name) !== undefined) ledger.leftOut(at, checkHeaderName(name) as string);
    else {
      remove.push(name);
      ledger.carried(at, `response_headers.remove: ${name}`);
    }
  }
  return edits('response_headers', set, remove);
}

function edits(key: string, set: Readonly<Record<string, string>>, remove: readonly string[]): Settings {
  if (Object.keys(set).length + remove.length === 0) return {};
  return { [key]: { ...(Object.keys(set).length > 0 && { set }), ...(remove.length > 0 && { remove }) } };
}
