/** A request (or an answer) that has what a Snort rule looks for, put together from the rule's own contents. */

export interface SampleRule {
  readonly sid: number;
  readonly text: string;
  /** Text a pattern of the rule matches, by the flag of the place it belongs to. */
  readonly example: readonly [flag: string, text: string] | undefined;
}

export interface Synthesis {
  readonly method: string;
  readonly uri: string;
  readonly protocol: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly status: number;
  readonly reason: string;
  readonly answerHeaders: readonly (readonly [string, string])[];
  readonly answer: string;
}

/** Rules of a file, one per line, with the example in the comment above. */
export function readSample(text: string): readonly SampleRule[] {
  const rules: SampleRule[] = [];
  let example: SampleRule['example'];
  for (const line of text.split('\n')) {
    const [, flag, shown] = /^# example (\w) (.*)$/.exec(line) ?? [];
    if (flag !== undefined && shown !== undefined) example = [flag, shown];
    const sid = /\bsid:(\d+);/.exec(line)?.[1];
    if (line.startsWith('#') || sid === undefined) continue;
    rules.push({ sid: Number(sid), text: line, example });
    example = undefined;
  }
  return rules;
}

type Place =
  | 'uri'
  | 'rawUri'
  | 'method'
  | 'version'
  | 'header'
  | 'cookie'
  | 'body'
  | 'code'
  | 'reason'
  | 'answer'
  | 'any';

const PLACES: Readonly<Record<string, Place>> = {
  http_uri: 'uri',
  http_raw_uri: 'rawUri',
  http_method: 'method',
  http_version: 'version',
  http_header: 'header',
  http_cookie: 'cookie',
  http_client_body: 'body',
  http_stat_code: 'code',
  http_stat_msg: 'reason',
  http_param: 'uri',
  file_data: 'answer',
};
const FLAGS: Readonly<Record<string, Place>> = {
  U: 'uri',
  I: 'rawUri',
  M: 'method',
  H: 'header',
  C: 'cookie',
  P: 'body',
};

interface Content {
  readonly text: string;
  readonly place: Place;
  /** For header fields and parameters. */
  readonly field: string | undefined;
  readonly offset: number;
  readonly distance: number | undefined;
}

export function synthesize({ text, example }: SampleRule): Synthesis {
  const isAnswer = text.includes('to_client');
  const contents = contentsOf(text);
  const filler = (count: number): string => 'x'.repeat(count);
  const joined = (place: Place, separator: string): string => {
    let all = '';
    for (const one of contents.filter((content) => content.place === place)) {
      const gap = one.distance === undefined ? (all === '' ? '' : separator) : filler(one.distance);
      const start = one.field !== undefined && place === 'uri' ? `?${one.field}=` : gap;
      all += start + filler(Math.max(0, one.offset - all.length)) + one.text;
    }
    if (example !== undefined && FLAGS[example[0]] === place) all += example[1];
    return all;
  };
  const more = /isdataat:(\d+)/.exec(text)?.[1];
  const longer = /(?:urilen|bufferlen):>(\d+)/.exec(text)?.[1];
  const tail = filler(Number(more ?? 0) + 1);
  let uri = joined('rawUri', '') || joined('uri', '/');
  if (!uri.startsWith('/')) uri = `/${uri}`;
  if (longer !== undefined) uri = uri + filler(Number(longer));
  uri = uri.replaceAll(' ', '%20');
  const body = joined('body', ' ');
  const any = joined('any', ' ');
  const cookie = joined('cookie', '; ');
  const headers: (readonly [string, string])[] = [];
  for (const { place, field, text: value } of contents) {
    if (place !== 'header') continue;
    const colon = value.indexOf(':');
    if (field !== undefined) headers.push([field, value]);
    else if (colon > 0) headers.push([value.slice(0, colon), value.slice(colon + 1).trim()]);
    else headers.push(['X-Any', value]);
  }
  if (example !== undefined && FLAGS[example[0]] === 'header') {
    const colon = example[1].indexOf(':');
    headers.push([example[1].slice(0, colon), example[1].slice(colon + 2)]);
  }
  if (cookie !== '') headers.push(['Cookie', cookie]);
  const hasBody = body !== '' || any !== '';
  const query = uri.includes('?') || longer !== undefined ? '' : '?a=1';
  return {
    method: joined('method', '') || (hasBody ? 'POST' : 'GET'),
    uri: more !== undefined && body === '' ? uri + tail : `${uri}${query}`,
    protocol: joined('version', '') || 'HTTP/1.1',
    headers: isAnswer ? [] : headers,
    body: more !== undefined && body !== '' ? body + tail : body + any,
    status: Number(joined('code', '') || 200),
    reason: joined('reason', '') || 'Reason',
    answerHeaders: isAnswer ? headers : [],
    answer: joined('answer', ' ') || 'fine',
  };
}

/** Contents with the place they belong to: a modifier behind them in Snort 2, a buffer before them in Snort 3. */
function contentsOf(rule: string): readonly Content[] {
  const contents: Content[] = [];
  let sticky: Place | undefined;
  let field: string | undefined;
  // The files write them so.
  const isThree = rule.includes('( msg:');
  for (const option of rule
    .slice(rule.indexOf('(') + 1, rule.lastIndexOf(')'))
    .match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? []) {
    const [, name = '', value = ''] = /^\s*(\w+)\s*(?::\s*(.*))?$/s.exec(option) ?? [];
    const place = PLACES[name];
    if (name === 'content' || name === 'uricontent') {
      if (value.startsWith('!')) continue;
      const quoted = /"((?:[^"\\]|\\.)*)"(.*)/s.exec(value);
      contents.push({
        text: bytesOf(quoted?.[1] ?? ''),
        place: name === 'uricontent' ? 'uri' : (sticky ?? 'any'),
        field,
        offset: Number(/offset (\d+)/.exec(quoted?.[2] ?? '')?.[1] ?? 0),
        distance: numberIn(/distance (\d+)/, quoted?.[2]),
      });
    } else if (place !== undefined && (isThree || name === 'file_data')) {
      sticky = place;
      field = name === 'http_param' ? value.replaceAll('"', '').trim() : /field (\S+)/.exec(value)?.[1];
    } else {
      const last = contents.pop();
      if (last === undefined) continue;
      contents.push({
        ...last,
        ...(place === undefined ? {} : { place }),
        ...(name === 'offset' ? { offset: Number(value) } : {}),
        ...(name === 'distance' ? { distance: Number(value) } : {}),
      });
    }
  }
  return contents;
}

function numberIn(pattern: RegExp, text = ''): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** `|0d 0a|` and backslashes. */
function bytesOf(text: string): string {
  return text
    .replace(/\|([0-9A-Fa-f ]+)\|/g, (_whole, hex: string) =>
      String.fromCharCode(
        ...hex
          .trim()
          .split(/\s+/)
          .map((one) => Number.parseInt(one, 16)),
      ),
    )
    .replace(/\\(.)/g, '$1');
}
