/**
 * A cookie's value as Apache's `%{name}C` finds it: names compared caseless and without blanks, quotes left alone. Undefined
 * when it is absent or empty.
 */
export function cookieValue(header: string | undefined, wanted: string): string | undefined {
  if (header === undefined) return undefined;
  for (const pair of header.split(';')) {
    const text = pair.replace(/^=+/, '');
    const equals = text.indexOf('=');
    if (
      equals < 0 ||
      text
        .slice(0, equals)
        .replace(/[ \t\n\v\f\r]/g, '')
        .toLowerCase() !== wanted.toLowerCase()
    )
      continue;
    const value = text.slice(equals + 1);
    if (value !== '') return value.replace(/^[ \t]+/, '').replace(/[ \t\n\v\f\r]+$/, '');
  }
  return undefined;
}
