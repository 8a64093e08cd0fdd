import { STATUS_CODES } from '../node-http.ts';
import type { IdentityProfile } from './profile.ts';

const REASONS: Readonly<Record<number, string>> = {
  302: 'Moved Temporarily',
  405: 'Not Allowed',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  416: 'Requested Range Not Satisfiable',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** nginx with `server_tokens off`. */
export const nginx: IdentityProfile = {
  server: 'nginx',
  order: [
    'Server',
    'Date',
    'Content-Type',
    'Content-Length',
    'Last-Modified',
    'Location',
    'Transfer-Encoding',
    'Connection',
    '*',
  ],
  connection: 'always',
  status(status) {
    // A client that never finishes its head is left without a word.
    if (status === 408) return undefined;
    return status === 431 ? 400 : status;
  },
  reason: (status) => REASONS[status],
  page(status) {
    const title = `${status} ${REASONS[status] ?? STATUS_CODES[status] ?? 'Unknown'}`;
    const lines = [
      '<html>',
      `<head><title>${title}</title></head>`,
      '<body>',
      `<center><h1>${title}</h1></center>`,
      '<hr><center>nginx</center>',
      '</body>',
      '</html>',
      '',
    ];
    return { contentType: 'text/html', body: lines.join('\r\n') };
  },
};
