import { STATUS_CODES } from '../node-http.ts';
import { escapeHtml } from './escape-html.ts';
import type { IdentityProfile } from './profile.ts';

const REASONS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  416: 'Requested Range Not Satisfiable',
};

const SORRY = `<p>The server encountered an internal error or
misconfiguration and was unable to complete
your request.</p>
`;

/** The sentences httpd 2.4 has for a status. */
const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: '<p>Your browser sent a request that this server could not understand.<br />\n</p>\n',
  403: "<p>You don't have permission to access this resource.</p>\n",
  404: '<p>The requested URL was not found on this server.</p>\n',
  408: '<p>Server timeout waiting for the HTTP request from the client.</p>\n',
  414: "<p>The requested URL's length exceeds the capacity\nlimit for this server.<br />\n</p>\n",
  417: `<p>The expectation given in the Expect request-header
field could not be met by this server.
</p><p>Only the 100-continue expectation is supported.</p>
`,
  500: SORRY,
  502: '<p>The proxy server received an invalid\nresponse from an upstream server.<br />\n</p>\n',
  503: `<p>The server is temporarily unable to service your
request due to maintenance downtime or capacity
problems. Please try again later.</p>
`,
  504: '<p>The gateway did not receive a timely response\nfrom the upstream server or application.</p>\n',
};

/** Apache httpd 2.4 with `ServerTokens Prod` and `ServerSignature Off`, as Debian builds it. */
export const apache: IdentityProfile = {
  server: 'Apache',
  order: ['Date', 'Server', '*', 'Content-Length', 'Connection', 'Transfer-Encoding', 'Content-Type'],
  connection: 'implicit',
  status: (status) => (status === 431 ? 400 : status),
  reason: (status) => REASONS[status],
  page(status, method) {
    const reason = reasonOf(status);
    return {
      contentType: 'text/html; charset=iso-8859-1',
      body: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>${status} ${reason}</title>
</head><body>
<h1>${reason}</h1>
${explanation(status, method)}</body></html>
`,
    };
  },
};

function explanation(status: number, method: string): string {
  if (status === 405) return `<p>The requested method ${escapeHtml(method)} is not allowed for this URL.</p>\n`;
  if (status === 413)
    return `The requested resource does not allow request data with ${escapeHtml(method)} requests, or the amount of data provided in\nthe request exceeds the capacity limit.\n`;
  return EXPLANATIONS[status] ?? (status < 500 ? EXPLANATIONS[400] : SORRY) ?? '';
}

function reasonOf(status: number): string {
  return REASONS[status] ?? STATUS_CODES[status] ?? 'Unknown';
}
