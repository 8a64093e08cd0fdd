/** A body is refused; the message is REQBODY_ERROR_MSG. Never leaves the parser that throws it. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

export function jsonError(reason: string): BodyError {
  return new BodyError(`JSON parsing error: ${reason}`);
}

export function xmlError(reason: string): BodyError {
  return new BodyError(`XML parsing error: ${reason}`);
}

/** REQBODY_ERROR_MSG when a request has more arguments than `SecArgumentsLimit`. */
export const ARGUMENTS_LIMIT_EXCEEDED = 'SecArgumentsLimit exceeded';
