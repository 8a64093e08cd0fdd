/** Text as the bytes of its UTF-8 form, one character each: the form names from outside are compared in. */
export function utf8Bytes(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}
