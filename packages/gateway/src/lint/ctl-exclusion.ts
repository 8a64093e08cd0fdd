/** `ctl:ruleRemove…`, taken apart. */
export interface CtlExclusion {
  readonly by: 'id' | 'tag' | 'msg';
  /** Ids, or the pattern for tags or messages. */
  readonly which: string;
  /** Upper-case variable that is left out; undefined where the whole rule is. */
  readonly target: string | undefined;
  /** Its member, as written. */
  readonly key: string | undefined;
}

/** Undefined for options that exclude nothing. */
export function parseCtlExclusion(argument: string): CtlExclusion | undefined {
  const found = /^rule_?Remove_?(Target)?_?By_?(Id|Tag|Msg)=(.*)$/is.exec(argument);
  if (found === null) return undefined;
  const [, isTarget, by = '', value = ''] = found;
  const semicolon = isTarget === undefined ? -1 : value.indexOf(';');
  const [name, key] = semicolon === -1 ? [] : splitOnce(value.slice(semicolon + 1), ':');
  return {
    by: by.toLowerCase() as CtlExclusion['by'],
    which: semicolon === -1 ? value : value.slice(0, semicolon),
    target: name?.toUpperCase(),
    key,
  };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
