/** What careless readers of a path take it for. */
import { decodePath, removeDotSegments } from '../listener/target.ts';

/** Escapes of escapes of escapes; nobody decodes more often. */
const MOST_DECODINGS = 4;
/** A script with more of the path behind it: `/index.php/admin` is what `/admin` is, for many applications in PHP and CGI. */
const FRONT_SCRIPT = /\/[^/]+\.(?:php\d?|phtml|f?cgi|pl|py|aspx?|cfm)(?=\/)/g;
/** Any name behind a dot may say in which format the answer is to be. */
const FORMAT = /[^/]\.[^/]+$/;
/** What readers differ about; a path without any of it is the same to all. */
const SPECIAL = /[A-Z%;\\?#\x00-\x20]|[./](?:\/|$)|[^/]\.[^/]/;

/** Whether some reader might take a path for another one. */
export function isAmbiguous(path: string): boolean {
  return SPECIAL.test(path);
}

/** The path as the least careful reader takes it: decoded to the end, in lower case, without parameters and what is cut off names. */
export function loosePath(path: string): string {
  let text = path;
  for (let times = 0; times < MOST_DECODINGS && text.includes('%'); times++) text = decodePath(text);
  const end = text.search(/[\0?#]/);
  const segments = (end < 0 ? text : text.slice(0, end)).split(/[/\\]/).map(looseSegment);
  const loose = removeDotSegments(segments.join('/')).toLowerCase();
  return loose.length > 1 && loose.endsWith('/') ? loose.slice(0, -1) : loose;
}

/** Whether a loose path names a script that the rest of longer ones may be handed to. */
export function namesScript(loose: string): boolean {
  return withoutFrontScript(`${loose}/`).length > 1;
}

/** A loose path, and where a script is named in its middle, the path without. */
export function withoutFrontScript(loose: string): readonly string[] {
  const without = loose.replace(FRONT_SCRIPT, '');
  return without === loose ? [loose] : [loose, without];
}

/** What a loose path is for who cuts a format off its end, at the first dot of the last name or at the last one; nothing without. */
export function withoutFormat(loose: string): readonly string[] {
  if (!FORMAT.test(loose)) return [];
  const first = loose.indexOf('.', loose.lastIndexOf('/') + 2);
  const last = loose.lastIndexOf('.');
  return first === last ? [loose.slice(0, last)] : [loose.slice(0, first), loose.slice(0, last)];
}

function looseSegment(segment: string): string {
  const mark = segment.indexOf(';');
  const name = (mark < 0 ? segment : segment.slice(0, mark)).replace(/[\x00-\x20]+$/, '');
  return name === '.' || name === '..' ? name : name.replace(/[\x00-\x20.]+$/, '');
}
