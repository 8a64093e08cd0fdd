/** What a route does besides passing requests on: redirections, fixed answers, headers of its own. */
import { checkHeaderName, checkHeaderValue, checkRedirect } from '../checks.ts';
import { integer, listOf, mapOf, section, type Table, text } from '../field.ts';

export interface RedirectConfig {
  readonly to: string;
  readonly status: number;
}

export interface FixedAnswerConfig {
  readonly status: number;
  readonly body?: string;
  readonly contentType: string;
}

export interface HeaderEditsConfig {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

const redirectTable: Table<RedirectConfig> = {
  to: {
    type: text('address', checkRedirect),
    summary:
      'Where to: an absolute address or a path. `{scheme}` and `{host}` stand for those of the request, `{uri}` for its path and query, `{query}` for the query with its question mark or nothing, `{rest}` for what follows the path of the route, `{1}` to `{9}` for what groups of its pattern have matched.',
  },
  status: { type: integer(301, 308), default: 302, summary: 'Status of the answer.' },
};

const answerTable: Table<FixedAnswerConfig> = {
  status: { type: integer(200, 599), summary: 'Status of the answer.' },
  body: { type: text(), isOptional: true, summary: 'Its text; the page of the gate for that status when absent.' },
  contentType: { type: text(), default: 'text/plain; charset=utf-8', summary: 'Type of the text.' },
};

const headerEdits: Table<HeaderEditsConfig> = {
  set: {
    type: mapOf(text('text', checkHeaderValue), checkHeaderName),
    default: new Map(),
    summary: 'Headers put in place of what is there, each with its value.',
  },
  remove: {
    type: listOf(text('header name', checkHeaderName)),
    default: [],
    summary: 'Headers left out.',
  },
};

export const redirect = section(redirectTable, 'to');
export const fixedAnswer = section(answerTable, 'status');
export const editedHeaders = section(headerEdits);
