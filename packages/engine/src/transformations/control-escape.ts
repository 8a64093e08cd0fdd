const CONTROLS: Readonly<Record<number, string>> = {
  97: '\x07',
  98: '\b',
  102: '\f',
  110: '\n',
  114: '\r',
  116: '\t',
  118: '\v',
};

/** The control byte that C and JavaScript write as a backslash and the letter `byte` (a b f n r t v). */
export function controlEscape(byte: number): string | undefined {
  return CONTROLS[byte];
}
