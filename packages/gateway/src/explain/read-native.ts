import type { Explanation } from './explanation.ts';
import { alertOf, matchOfAlert } from './read-alert.ts';

/** Reads a Native entry. It has no values, transformations or score changes; the alerts are all there is. */
export function readNativeEntry(text: string): Explanation {
  const boundary = /^--([0-9A-Za-z]{8,})-A--\n/.exec(text)?.[1] ?? '';
  const parts = new Map<string, string>();
  const pieces = text.split(new RegExp(`^--${boundary}-([A-Z])--\\n?`, 'm')).slice(1);
  for (let index = 0; index + 1 < pieces.length; index += 2) parts.set(pieces[index]!, pieces[index + 1]!);

  const [, time = '', id = '', address = '?', port = '?'] =
    /^\[([^\]]*)\] (\S+) (\S+) (\d+)/.exec(parts.get('A') ?? '') ?? [];
  const [requestLine, ...headers] = (parts.get('B') ?? '').split('\n');
  const trailer = (parts.get('H') ?? '').split('\n');
  const trailing = (name: string): string[] =>
    trailer.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
  const messages = trailing('Message');
  const isAlert = (message: string): boolean => alertOf(message) !== undefined;
  const matches = messages.filter(isAlert).map(matchOfAlert);
  const phase = /Intercepted \(phase (\d)\)/.exec(trailing('Action')[0] ?? '')?.[1];
  const status = /^\S+ (\d{3})/.exec(parts.get('F') ?? '')?.[1];
  const host = headers.find((line) => /^host:/i.test(line));
  const denied = matches.findLast((match) => match.isDisruptive);
  return {
    id,
    time,
    client: `${address}:${port}`,
    host: host?.slice(5).trim(),
    requestLine: requestLine || undefined,
    status: status === undefined ? undefined : Number(status),
    engine: trailing('Engine-Mode')[0]?.replaceAll('"', ''),
    verdict:
      phase === undefined
        ? undefined
        : {
            action: 'deny',
            status: status === undefined ? undefined : Number(status),
            phase: Number(phase),
            rule: denied?.rule,
            message: denied?.message,
          },
    matches,
    messages: messages.filter((message) => !isAlert(message)),
    isPartial: true,
  };
}
