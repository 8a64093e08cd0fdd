import { isSpace } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

/**
 * No released engine has this word, but the language's test corpus does, and it closes a real gap: PHP renames parameters,
 * so ` user.id` and `user_id` are one variable for the application and two for the rules.
 */
export const phpArgsNames: Transformation = defineTransformation({
  name: 'phpArgsNames',
  summary: 'The variable name that PHP makes of a parameter name; empty when PHP ignores the parameter.',
  examples: [
    { input: ' user.id', output: 'user_id' },
    { input: 'a.b[c.d][ ]rest', output: 'a_b[c.d][]' },
    { input: 'a[b.c', output: 'a_b.c' },
    { input: 'a[b][c', output: 'a[b]' },
    { input: '[a]', output: '' },
  ],
  apply: (value) => {
    let from = 0;
    while (value.charCodeAt(from) === 0x20) from++;
    const bracket = value.indexOf('[', from);
    if (bracket === -1) return underscored(from === 0 ? value : value.slice(from));
    if (bracket === from) return '';
    const name = underscored(value.slice(from, bracket));
    const indices = readIndices(value, bracket);
    if (indices === '') return `${name}_${value.slice(bracket + 1)}`;
    return name + indices;
  },
  triggers: (byte) => byte === 0x20 || byte === 0x2e || byte === 0x5b,
});

/** The complete `[index]` groups from `at` on; what follows the last one PHP drops. */
function readIndices(value: string, at: number): string {
  let result = '';
  while (value.charCodeAt(at) === 0x5b) {
    const first = isSpace(value.charCodeAt(at + 1)) ? at + 2 : at + 1;
    const close = value.indexOf(']', first);
    if (close === -1) break;
    // A blank index means "append", whether or not a white space byte is in it.
    result += close === first ? '[]' : value.slice(at, close + 1);
    at = close + 1;
  }
  return result;
}

function underscored(name: string): string {
  return name.replaceAll(' ', '_').replaceAll('.', '_');
}
