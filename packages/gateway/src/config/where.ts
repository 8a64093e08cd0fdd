/** Where in a configuration file a setting stands. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { yamlName } from './field.ts';

/** Places of a file that has been read without mistakes. */
export interface Whereabouts {
  /** `sallyport.yaml:3:5`; undefined when the file leaves the setting at its default. */
  find(path: readonly (string | number)[]): string | undefined;
}

/** Keys that a section written as a plain value stands for. */
const SHORT_FORMS: ReadonlySet<string | number> = new Set(['time', 'urls']);

/** `text` is YAML; `file` is the name people know it by. */
export function whereabouts(text: string, file: string): Whereabouts {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return {
    find(path) {
      let node: unknown = document.contents;
      for (const key of path) {
        // A plain value may stand for a section, and says one thing of it: `header: 10 s` the time.
        if (SHORT_FORMS.has(key) && (isScalar(node) || isSeq(node))) break;
        if (isMap(node)) node = node.get(typeof key === 'string' ? yamlName(key) : key, true);
        else if (isSeq(node)) node = node.get(typeof key === 'number' ? key : 0, true);
        else return undefined;
      }
      if (!isNode(node) || !node.range || (isMap(node) && node === document.contents)) return undefined;
      const { line, col } = lines.linePos(node.range[0]);
      return `${file}:${line}:${col}`;
    },
  };
}
