/** `fastcgi_pass` with what belongs to it as an upstream that speaks FastCGI. */
import { checkPath, checkUpstreamAddress } from '../../config/checks.ts';
import type { Settings } from '../proxy/draft.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { NginxItem } from './parse.ts';
import { timeOf } from './quantities.ts';
import type { NginxScope } from './scope.ts';
import type { NginxUpstreams } from './upstreams.ts';
import type { NginxWorkshop } from './workshop.ts';

/** What a route wants of the application besides the scripts it names. */
export interface FileWishes {
  /** The script for what is no file. */
  readonly frontController?: string;
  /** Scripts that answer for folders. */
  readonly index: readonly string[];
  /** As `file_max_age` takes it. */
  readonly maxAge?: string;
}

/** Parameters the gate gives every application, with the values that mean so. */
const GIVEN: Readonly<Record<string, RegExp>> = {
  __proto__: null as never,
  QUERY_STRING: /^\$(query_string|args)$/,
  REQUEST_METHOD: /^\$request_method$/,
  CONTENT_TYPE: /^\$content_type$/,
  CONTENT_LENGTH: /^\$content_length$/,
  SCRIPT_NAME: /^\$fastcgi_script_name$/,
  SCRIPT_FILENAME: /^\$(document|realpath)_root\$fastcgi_script_name$/,
  PATH_INFO: /^\$(path_info|fastcgi_path_info)$/,
  PATH_TRANSLATED: /^\$(document|realpath)_root\$(path_info|fastcgi_path_info)$/,
  REQUEST_URI: /^\$request_uri$/,
  DOCUMENT_URI: /^\$document_uri$/,
  DOCUMENT_ROOT: /^\$(document|realpath)_root$/,
  SERVER_PROTOCOL: /^\$server_protocol$/,
  REQUEST_SCHEME: /^\$scheme$/,
  HTTPS: /^\$https$/,
  GATEWAY_INTERFACE: /^CGI\/1\.1$/,
  SERVER_SOFTWARE: /^nginx/,
  REMOTE_ADDR: /^\$remote_addr$/,
  REMOTE_PORT: /^\$remote_port$/,
  REMOTE_USER: /^\$remote_user$/,
  SERVER_ADDR: /^\$server_addr$/,
  SERVER_PORT: /^\$server_port$/,
  SERVER_NAME: /^\$(server_name|host)$/,
  REDIRECT_STATUS: /^200$/,
  HTTP_PROXY: /^$/,
  HTTP_HOST: /^\$(http_)?host$/,
};

/**
 * The name of the upstream for a location with `fastcgi_pass`: for its scripts, or for the files beside them, with `wishes`. A text
 * says why there is none.
 */
export function fastCgiUpstream(
  scope: NginxScope,
  wishes: FileWishes | undefined,
  upstreams: NginxUpstreams,
  { draft, ledger }: NginxWorkshop,
): { readonly name: string } | string {
  const pass = scope.own('fastcgi_pass').at(-1) as NginxItem;
  const urls = upstreams.fastCgiUrls(pass.args[0] ?? '');
  if (typeof urls === 'string') return urls;
  const parameters = parametersOf(scope, ledger);
  if (typeof parameters === 'string') return parameters;
  const root = parameters.hasFiles ? rootOf(scope) : undefined;
  if (root !== undefined && 'mistake' in root) return root.mistake;
  if (wishes !== undefined && root === undefined) return 'its application has no files';
  if (root !== undefined) ledger.carried(root.at, `fastcgi.root: ${root.folder}`);
  else ledger.noted(pass.at, 'without SCRIPT_FILENAME one program answers every path');
  const settings: Settings = {
    ...urls,
    ...timesOf(scope, ledger),
    fastcgi: {
      ...(root && { root: root.folder, ...(wishes === undefined ? scriptsOf(scope, ledger) : filesOf(wishes)) }),
      ...(Object.keys(parameters.more).length > 0 && { parameters: parameters.more }),
    },
  };
  if (Object.keys(settings['fastcgi'] as Settings).length === 0) delete settings['fastcgi'];
  const wish = (pass.args[0] ?? '')
    .replace(/^unix:/, '')
    .replace(/^.*\//, '')
    .replace(/\.sock(et)?$/, '');
  return { name: draft.upstream(wishes === undefined ? wish : `${wish}-files`, settings) };
}

/** The folder of the location; absent where nobody says one. */
export function rootOf(
  scope: NginxScope,
): { readonly at: NginxItem['at']; readonly folder: string } | { readonly mistake: string } {
  const [alias] = scope.own('alias');
  if (alias !== undefined) return { mistake: 'alias is not carried over: scripts are below a root' };
  const item = scope.last('root');
  const folder = (item?.args[0] ?? '').replace(/(.)\/+$/, '$1');
  if (item === undefined) return { mistake: 'there is no root' };
  const mistake = checkPath(folder);
  if (folder.includes('$') || mistake !== undefined) return { mistake: `root ${folder}: not the name of a folder` };
  return { at: item.at, folder };
}

/** Which names are scripts is for the location to say; index and the path behind a script for the application. */
function scriptsOf(scope: NginxScope, ledger: Ledger): Settings {
  const index = scope.last('fastcgi_index');
  const split = scope.last('fastcgi_split_path_info');
  if (index !== undefined) ledger.carried(index.at, `fastcgi.index: ${index.args[0] ?? ''}`);
  if (split !== undefined)
    ledger.carried(split.at, 'fastcgi.path_info', 'a script ends where its name does, whatever the pattern says');
  for (const { at } of scope.own('try_files'))
    ledger.carried(at, 'only a script that exists is named to the application');
  const name = index?.args[0] ?? '';
  return {
    ...(isPlainName(name) && name !== 'index.php' && { index: name }),
    ...(split === undefined && { path_info: false }),
  };
}

/** No name is a script here: those go by the location that says so. */
function filesOf({ frontController, index, maxAge }: FileWishes): Settings {
  return {
    scripts: [],
    index,
    ...(frontController !== undefined && { front_controller: frontController }),
    serve_files: true,
    ...(maxAge !== undefined && { file_max_age: maxAge }),
  };
}

function isPlainName(name: string): boolean {
  return /^[\w.-]+$/.test(name) && !/^\.+$/.test(name);
}

/** Parameters of the application's own, and whether it is told names of files. A text says why it cannot be run. */
function parametersOf(
  scope: NginxScope,
  ledger: Ledger,
): { readonly more: Record<string, string>; readonly hasFiles: boolean } | string {
  const more: Record<string, string> = {};
  let hasFiles = false;
  for (const { at, args } of scope.all('fastcgi_param')) {
    const [name = '', value = ''] = args;
    if (GIVEN[name]?.test(value)) {
      ledger.carried(at, `the gate says ${name} by itself`);
      hasFiles ||= name === 'SCRIPT_FILENAME';
    } else if (name === 'SCRIPT_FILENAME')
      return 'SCRIPT_FILENAME is not the file of the path: which scripts may run, you have to decide';
    else if (value.includes('$')) ledger.leftOut(at, 'values are fixed texts');
    else if (!/^[A-Z_][A-Z0-9_]*$/.test(name) || name.startsWith('HTTP_'))
      ledger.leftOut(at, `${name} stands for a header, or is no name of a parameter`);
    else {
      more[name] = value;
      ledger.carried(at, `fastcgi.parameters: ${name}`);
    }
  }
  return { more, hasFiles };
}

function timesOf(scope: NginxScope, ledger: Ledger): Settings {
  const time = (name: string, result: string): string | undefined => {
    const item = scope.last(name);
    const value = timeOf(item?.args[0]);
    if (item !== undefined && value !== undefined) ledger.carried(item.at, `upstreams: ${result} ${value}`);
    return value;
  };
  const connect = time('fastcgi_connect_timeout', 'connect_timeout');
  const read = time('fastcgi_read_timeout', 'response_timeout and idle_timeout');
  return {
    ...(connect !== undefined && { connect_timeout: connect }),
    ...(read !== undefined && { response_timeout: read, idle_timeout: read }),
  };
}

/** `unix:/run/php.sock`, `127.0.0.1:9000`; a text says why it cannot be an upstream. */
export function fastCgiUrl(written: string): { readonly url: string } | string {
  const url = written.startsWith('unix:') ? `fastcgi:${written}` : `fastcgi://${written}`;
  const mistake = written.includes('$') ? 'variables in an address are not carried over' : checkUpstreamAddress(url);
  return mistake ?? { url };
}
