import { isSpace, trimSpace } from '../bytes/ascii.ts';

/** The pieces of a text between stretches of ASCII white space. */
export function words(text: string): readonly string[] {
  const found: string[] = [];
  let index = 0;
  while (index < text.length) {
    while (isSpace(text.charCodeAt(index))) index++;
    const start = index;
    while (index < text.length && !isSpace(text.charCodeAt(index))) index++;
    if (index > start) found.push(text.slice(start, index));
  }
  return found;
}

/** The entries of a list file: one per line, trimmed, without empty lines and `#` comments. */
export function entries(content: string): readonly string[] {
  return content
    .split('\n')
    .map(trimSpace)
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * The entries of all the files an operator argument names, separated by white space. Throws when there is no name, when a
 * file cannot be read, and for addresses on the network: rules are read from this machine only.
 */
export function readLists(argument: string, readFile: (path: string) => string): readonly string[] {
  const paths = words(argument);
  if (paths.length === 0) throw new Error('no file name given');
  return paths.flatMap((path) => {
    if (path.startsWith('https://') || path.startsWith('http://')) {
      throw new Error(`lists are not fetched over the network: save "${path}" as a file and name that`);
    }
    return entries(readFile(path));
  });
}

/** The entries of a `SecDataset`. Throws when there is none of that name. */
export function readDataset(
  argument: string,
  dataset: (name: string) => readonly string[] | undefined,
): readonly string[] {
  const name = trimSpace(argument);
  const found = dataset(name);
  if (found === undefined)
    throw new Error(`no data set is named "${name}"; declare it with SecDataset before this rule`);
  return found;
}
