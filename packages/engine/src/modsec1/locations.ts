import type { TargetParts } from '../seclang/make-node.ts';

/** 1.x had two phases: with the request body, and with the response; its status is known before its body. */
export type FilterPhase = 2 | 3 | 4;

/** The phase in which everything that is looked at is there. */
export function latestPhase(places: readonly { readonly phase: FilterPhase }[]): FilterPhase {
  if (places.some(({ phase }) => phase === 4)) return 4;
  return places.some(({ phase }) => phase === 3) ? 3 : 2;
}

/** Where a filter of ModSecurity 1.x looks, in today's words. */
export interface Location {
  readonly targets: readonly TargetParts[];
  /** First phase that has the value. */
  readonly phase: FilterPhase;
  /** It may have no value; 1.x then tested an empty one, today nothing is tested. */
  readonly canBeAbsent: boolean;
}

interface Meaning {
  readonly target: TargetParts;
  readonly phase?: 3 | 4;
  readonly canBeAbsent?: true;
}

const always = (name: string): Meaning => ({ target: { name } });
const perhaps = (name: string): Meaning => ({ target: { name }, canBeAbsent: true });
const countOf = (name: string): Meaning => ({ target: { name, isCount: true } });

/** Locations with a name of their own, lower case. */
const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    api_version: always('API_VERSION'),
    args: perhaps('ARGS'),
    args_count: countOf('ARGS'),
    args_names: always('ARGS_NAMES'),
    args_values: always('ARGS'),
    auth_type: perhaps('AUTH_TYPE'),
    cookie_names: always('REQUEST_COOKIES_NAMES'),
    cookie_values: always('REQUEST_COOKIES'),
    cookies_count: countOf('REQUEST_COOKIES'),
    cookies_names: always('REQUEST_COOKIES_NAMES'),
    cookies_values: always('REQUEST_COOKIES'),
    document_root: always('DOCUMENT_ROOT'),
    files_count: countOf('FILES'),
    files_names: always('FILES'),
    files_size: always('FILES_COMBINED_SIZE'),
    files_sizes: always('FILES_SIZES'),
    headers: always('REQUEST_HEADERS'),
    headers_count: countOf('REQUEST_HEADERS'),
    headers_names: always('REQUEST_HEADERS_NAMES'),
    headers_values: always('REQUEST_HEADERS'),
    is_subreq: always('IS_SUBREQ'),
    output: { target: { name: 'RESPONSE_BODY' }, phase: 4 },
    output_status: { target: { name: 'RESPONSE_STATUS' }, phase: 3 },
    path_info: perhaps('PATH_INFO'),
    post_payload: always('REQUEST_BODY'),
    query_string: perhaps('QUERY_STRING'),
    remote_addr: always('REMOTE_ADDR'),
    remote_host: always('REMOTE_HOST'),
    remote_ident: always('REMOTE_IDENT'),
    remote_port: always('REMOTE_PORT'),
    remote_user: perhaps('REMOTE_USER'),
    request_basename: always('REQUEST_BASENAME'),
    request_filename: always('REQUEST_FILENAME'),
    request_method: always('REQUEST_METHOD'),
    request_uri: always('REQUEST_URI'),
    script_basename: always('SCRIPT_BASENAME'),
    script_filename: always('SCRIPT_FILENAME'),
    script_gid: always('SCRIPT_GID'),
    script_groupname: always('SCRIPT_GROUPNAME'),
    script_mode: always('SCRIPT_MODE'),
    script_uid: always('SCRIPT_UID'),
    script_username: always('SCRIPT_USERNAME'),
    server_addr: always('SERVER_ADDR'),
    server_admin: always('SERVER_ADMIN'),
    server_name: always('SERVER_NAME'),
    server_port: always('SERVER_PORT'),
    server_protocol: always('REQUEST_PROTOCOL'),
    server_software: always('SERVER_SOFTWARE'),
    the_request: always('REQUEST_LINE'),
    time: always('TIME'),
    time_day: always('TIME_DAY'),
    time_epoch: always('TIME_EPOCH'),
    time_hour: always('TIME_HOUR'),
    time_min: always('TIME_MIN'),
    time_mon: always('TIME_MON'),
    time_sec: always('TIME_SEC'),
    time_wday: always('TIME_WDAY'),
    time_year: always('TIME_YEAR'),
  }),
);

/** Locations that name one member: what stands in front of the name, lower case. Longer ones first. */
const memberMeanings: readonly (readonly [prefix: string, read: (name: string) => Meaning])[] = [
  ['file_name_', (key) => ({ target: { name: 'FILES', key } })],
  ['file_size_', (key) => ({ target: { name: 'FILES_SIZES', key } })],
  ['cookie_', (key) => ({ target: { name: 'REQUEST_COOKIES', key }, canBeAbsent: true })],
  ['header_', (key) => ({ target: { name: 'REQUEST_HEADERS', key: headerName(key) }, canBeAbsent: true })],
  ['http_', (key) => ({ target: { name: 'REQUEST_HEADERS', key: headerName(key) }, canBeAbsent: true })],
  ['arg_', (key) => ({ target: { name: 'ARGS', key }, canBeAbsent: true })],
  ['env_', (key) => ({ target: { name: 'ENV', key }, canBeAbsent: true })],
];

/**
 * Why a location has no counterpart here: the web server knew these values about itself and about the program it ran, which
 * a gateway in front of it cannot see.
 */
const NO_SCRIPT = 'is known only to the web server that runs the application';

/**
 * The meaning of one location without its `!`, or the reason why there is none. `knowsVariable` tells whether the engine
 * has a variable; a location whose counterpart it lacks is refused and not guessed at.
 */
export function readLocation(text: string, knowsVariable: (name: string) => boolean): Location | string {
  const lower = text.toLowerCase();
  const meaning = meanings.get(lower) ?? memberMeaning(text, lower);
  if (meaning === undefined) return `"${text}" is not a location of ModSecurity 1.x`;
  const { target, phase = 2, canBeAbsent = false } = meaning;
  if (!knowsVariable(target.name)) return `${text} ${NO_SCRIPT}`;
  return { targets: [target], phase, canBeAbsent };
}

function memberMeaning(text: string, lower: string): Meaning | undefined {
  for (const [prefix, read] of memberMeanings) {
    if (lower.startsWith(prefix) && text.length > prefix.length) return read(text.slice(prefix.length));
  }
  return undefined;
}

/** `USER_AGENT`, as CGI writes it, is `User-Agent`; 1.x took both. */
function headerName(name: string): string {
  if (!name.includes('_') && name !== name.toUpperCase()) return name;
  return name
    .split(/[_-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join('-');
}
