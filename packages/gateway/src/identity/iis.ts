import { STATUS_CODES } from '../node-http.ts';
import type { IdentityProfile } from './profile.ts';

const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The request is badly formed.',
  403: 'The request is forbidden.',
  404: 'The requested resource is not found.',
  405: 'The HTTP verb used is not allowed.',
  408: 'The request has timed out.',
  411: 'The request must be chunked or have a content length.',
  413: 'The request entity is too large.',
  414: 'The request URL is too long.',
  503: 'The service is unavailable.',
};

/** In the manner of Internet Information Services 10. */
export const iis: IdentityProfile = {
  server: 'Microsoft-IIS/10.0',
  order: [
    'Cache-Control',
    'Content-Type',
    'Transfer-Encoding',
    'Location',
    '*',
    'Server',
    'Date',
    'Connection',
    'Content-Length',
  ],
  connection: 'implicit',
  status: (status) => (status === 431 ? 400 : status),
  reason: () => undefined,
  page(status) {
    const reason = STATUS_CODES[status] ?? 'Unknown';
    const sentence = SENTENCES[status] ?? `The request was not carried out.`;
    const lines = [
      '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">',
      `<HTML><HEAD><TITLE>${reason}</TITLE>`,
      '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>',
      `<BODY><h2>${reason}</h2>`,
      `<hr><p>HTTP Error ${status}. ${sentence}</p>`,
      '</BODY></HTML>',
      '',
    ];
    return { contentType: 'text/html; charset=us-ascii', body: lines.join('\r\n') };
  },
};
