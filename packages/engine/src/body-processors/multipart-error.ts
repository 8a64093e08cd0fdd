/** Why a multipart body is refused, in the words of REQBODY_ERROR_MSG. Never leaves the multipart parser. */
export class MultipartError extends Error {
  override readonly name = 'MultipartError';

  constructor(reason: string) {
    super(`Multipart: ${reason}`);
  }
}
