/** The short, honest answers the gate gives itself: what happened and the reference to quote, nothing about the gate. */
import { tokensOf, trimBlanks } from '../listener/header-text.ts';
import { STATUS_CODES } from '../node-http.ts';

export interface Page {
  readonly contentType: string;
  readonly body: string;
}

const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: 'The request could not be understood.',
  403: 'The request was refused.',
  404: 'There is nothing at this address.',
  405: 'This method is not allowed.',
  408: 'The request took too long to arrive.',
  413: 'The request is too large.',
  414: 'The address is too long.',
  417: 'The expectation cannot be met.',
  421: 'This host is not served here.',
  429: 'There were too many requests from your address. Please wait a moment.',
  431: 'The request headers are too large.',
  500: 'Something went wrong. The request was not carried out.',
  502: 'The application cannot be reached right now.',
  503: 'The service is not available right now.',
  504: 'The application took too long to answer.',
  505: 'This version of HTTP is not supported.',
};

export function statusText(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown';
}

/** HTML for people, RFC 9457 problem details for programs. The reference is the request id, which is safe in both. */
export function errorPage(status: number, reference: string, wantsJson: boolean): Page {
  const title = statusText(status);
  const explanation = EXPLANATIONS[status] ?? (status < 500 ? 'The request was refused.' : 'The request failed.');
  if (wantsJson) {
    const problem = { type: 'about:blank', title, status, detail: explanation, reference };
    return { contentType: 'application/problem+json', body: `${JSON.stringify(problem)}\n` };
  }
  return {
    contentType: 'text/html; charset=utf-8',
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${status} ${title}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}code{user-select:all}</style>
<h1>${title}</h1>
<p>${explanation}</p>
<p>Reference: <code>${reference}</code></p>
</html>
`,
  };
}

/** Programs say so: they accept JSON and not HTML, or are scripts of a page. */
export function prefersJson(accept: string | undefined, requestedWith: string | undefined): boolean {
  if (requestedWith?.toLowerCase() === 'xmlhttprequest') return true;
  if (accept === undefined) return false;
  const types = tokensOf(accept).map(withoutParameters);
  return types.some((type) => type.endsWith('/json') || type.endsWith('+json')) && !types.includes('text/html');
}

function withoutParameters(type: string): string {
  const end = type.indexOf(';');
  return end < 0 ? type : trimBlanks(type.slice(0, end));
}
