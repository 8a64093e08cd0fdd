/** `upstreams.<name>.fastcgi`: which file answers, and what it is told, where an application speaks FastCGI. */
import { checkPath } from '../checks.ts';
import { duration, flag, integer, listOf, mapOf, type Table, text } from '../field.ts';

export interface FastCgiConfig {
  /** Absent: one program answers every path. */
  readonly root?: string;
  readonly appRoot?: string;
  readonly index: readonly string[];
  readonly scripts: readonly string[];
  readonly frontController?: string;
  readonly pathInfo: boolean;
  readonly parameters: ReadonlyMap<string, string>;
  readonly processes?: number;
  readonly unsafeSkipScriptCheck: boolean;
  readonly serveFiles: boolean;
  readonly fileTypes: ReadonlyMap<string, string>;
  readonly fileMaxAge: number;
}

const plainFile = (value: string): string | undefined =>
  /^[^/\0]+$/.test(value) && value !== '.' && value !== '..' ? undefined : `"${value}" is not the name of a file`;

const suffix = (value: string): string | undefined =>
  /^\.[^/\0]+$/.test(value) ? undefined : `"${value}" is not an ending such as .php`;

function checkParameter(name: string): string | undefined {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) return `"${name}" is not a name such as APP_ENV`;
  return name.startsWith('HTTP_') ? `${name} stands for a header of the client` : undefined;
}

const mediaType = (value: string): string | undefined =>
  /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w-]+)*$/.test(value) ? undefined : `"${value}" is not a type such as image/png`;

const fileEnding = (value: string): string | undefined =>
  /^\.[a-z0-9_-]+$/.test(value) ? undefined : `"${value}" is not an ending in lower case such as .png`;

export const fastcgi: Table<FastCgiConfig> = {
  root: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Folder of the scripts (DOCUMENT_ROOT). A path means the file of that name below it, which must exist and must not be reached by a symbolic link that leads out. When absent one program answers every path: it gets the prefix of the route as SCRIPT_NAME and the rest as PATH_INFO.',
  },
  appRoot: {
    type: text('folder', checkPath),
    isOptional: true,
    summary: 'What the application calls `root`, where it runs in a chroot, a container or on another machine.',
  },
  index: {
    type: listOf(text('file name', plainFile)),
    default: ['index.php'],
    summary: 'Scripts that answer for a folder, in this order. A folder without the slash at its end is redirected.',
  },
  scripts: {
    type: listOf(text('ending', suffix)),
    default: ['.php'],
    summary: 'Endings of names that are scripts; nothing else is ever run.',
  },
  frontController: {
    type: text('path', checkPath),
    isOptional: true,
    summary:
      'Script below `root` for every path that names none, such as `/index.php`; the application finds the path in REQUEST_URI. When absent such a path is answered with 404.',
  },
  pathInfo: {
    type: flag(),
    default: true,
    summary: 'Accept a path behind the name of a script: `/index.php/news/7` has `/news/7` as PATH_INFO.',
  },
  parameters: {
    type: mapOf(text(), checkParameter),
    default: new Map(),
    summary: 'Further parameters for the application, such as `APP_ENV: production`.',
  },
  processes: {
    type: integer(1, 65_535),
    isOptional: true,
    summary:
      'How many requests the application serves at once (`pm.max_children` of php-fpm). Then connections are kept open between requests, never more than this by all workers together; others wait in the queue. When absent a connection is made for each request.',
  },
  unsafeSkipScriptCheck: {
    type: flag(),
    default: false,
    summary:
      'Do not look whether a script exists, where its files are out of reach of the gate. The application must refuse what is no script by itself (`security.limit_extensions`, `cgi.fix_pathinfo=0` of PHP).',
  },
  serveFiles: {
    type: flag(),
    default: false,
    summary:
      'Answer GET and HEAD for other files below `root`, such as pictures and style sheets, without the application: those whose ending is known, whose name does not begin with a dot, and that no symbolic link reaches from outside. What is no such file goes to scripts as without this.',
  },
  fileTypes: {
    type: mapOf(text('media type', mediaType), fileEnding),
    default: new Map(),
    summary: 'Further endings of files that are served, and what they are: `{ .gpx: application/gpx+xml }`.',
  },
  fileMaxAge: {
    type: duration(),
    default: 0,
    summary: 'How long clients may use a file without asking again (`Cache-Control: max-age`); 0 says nothing.',
  },
};

/** What is wrong with the files that are to be served, one line each. */
export function mistakesOfFiles(settings: FastCgiConfig): readonly string[] {
  const { serveFiles, fileTypes, fileMaxAge, scripts, unsafeSkipScriptCheck } = settings;
  if (!serveFiles && (fileTypes.size > 0 || fileMaxAge > 0))
    return ['"file_types" and "file_max_age" are for "serve_files: true"'];
  const both = [...fileTypes.keys()].find((ending) => scripts.some((script) => script.toLowerCase() === ending));
  return [
    ...(both === undefined ? [] : [`"${both}" cannot be a script and a file that is served`]),
    ...(serveFiles && unsafeSkipScriptCheck ? ['files out of reach of the gate cannot be served by it'] : []),
  ];
}
