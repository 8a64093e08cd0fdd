/** A gate before an application that speaks FastCGI. */
import type { FastCgiApp, FastCgiRequest } from './fastcgi-app.ts';
import { type RunningGate, startGate } from './gate.ts';

/** Answers every request with `hello`. */
export const hello = (request: FastCgiRequest): void => {
  request.stdout('Content-Type: text/plain\r\n\r\nhello');
  request.end();
};

/** Starts a gate with one route, to `app`. `upstream` and `route`: further settings in YAML's flow form. */
export async function gateBefore(
  app: FastCgiApp,
  settings: {
    readonly upstream?: string;
    readonly route?: string;
    readonly yaml?: string;
    readonly rules?: string;
  } = {},
): Promise<RunningGate> {
  const { upstream = '', route = '', yaml = '', rules } = settings;
  const waf = rules === undefined ? 'off' : 'on';
  return startGate(0, {
    ...(rules !== undefined && { rules }),
    yaml: [
      `upstreams: { app: { urls: "${app.url}", ${upstream} } }`,
      `routes: [{ upstream: app, waf: ${waf}, ${route} }]`,
      yaml,
    ].join('\n'),
  });
}
