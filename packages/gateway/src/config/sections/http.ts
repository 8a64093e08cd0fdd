/** `http`: how strictly requests are read. */
import { choice, flag, listOf, type Table, text } from '../field.ts';

export interface HttpConfig {
  readonly profile: 'strict' | 'lenient-http';
  readonly methods: readonly string[];
  readonly underscoreHeaders: 'drop' | 'pass' | 'refuse';
  readonly methodOverrides: boolean;
}

export const HTTP_TABLE: Table<HttpConfig> = {
  profile: {
    type: choice('strict', 'lenient-http'),
    default: 'strict',
    summary:
      '`lenient-http` lets through what old clients send and smugglers like: `Transfer-Encoding: chunked` together with `Content-Length` (the length is dropped and the connection closed afterwards), chunk extensions (dropped, 16 KiB at most) and chunk sizes of up to 16 digits. Everything else is as strict. It is named as unsafe at every start.',
  },
  methods: {
    type: listOf(text('method')),
    default: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    summary:
      'Methods that are served; others are answered with 405. CONNECT never opens a tunnel. For WebDAV add `PROPFIND`, `MKCOL` and so on here and to `routes[].body_methods`.',
  },
  underscoreHeaders: {
    type: choice('drop', 'pass', 'refuse'),
    default: 'drop',
    summary:
      'What happens to header names with an underscore, which CGI-style applications cannot tell from a hyphen. `drop`: rules see them, the upstream does not.',
  },
  methodOverrides: {
    type: flag(),
    default: false,
    summary:
      'Pass on `X-HTTP-Method-Override`, `X-HTTP-Method` and `X-Method-Override`, with which a request the rules and `methods` took for a POST becomes another one in the application.',
  },
};
