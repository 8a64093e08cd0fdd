/** Values of `WWW-Authenticate` (RFC 9110 §11.6.1). */

/** Parameters are written as quoted strings, whatever they hold. */
export function challengeOf(scheme: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const list = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(/["\\]/g, '\\$&')}"`],
  );
  return `${scheme} ${list.join(', ')}`;
}

/** `Bearer` with the reason why a token was not taken; without one when there was no token (RFC 6750 §3.1). */
export function bearerChallenge(realm: string, description: string | undefined): string {
  const error = description === undefined ? undefined : 'invalid_token';
  return challengeOf('Bearer', { realm, error, error_description: description });
}
