/** Families in the text format of Prometheus, version 0.0.4. */
import type { FamilySnapshot, LabelValues } from './family.ts';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function exposition(families: readonly FamilySnapshot[]): string {
  return families.map(written).join('');
}

function written(family: FamilySnapshot): string {
  const { name, help, type, labels, samples } = family;
  if (samples.length === 0) return '';
  let text = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  for (const sample of samples) {
    if (type !== 'histogram') {
      text += `${name}${labelText(labels, sample.labels)} ${sample.value}\n`;
      continue;
    }
    let total = 0;
    for (const [at, count] of (sample.counts ?? []).entries()) {
      total += count;
      const bound = family.bounds?.[at];
      const le = bound === undefined ? '+Inf' : String(bound);
      text += `${name}_bucket${labelText([...labels, 'le'], [...sample.labels, le])} ${total}\n`;
    }
    text += `${name}_sum${labelText(labels, sample.labels)} ${sample.value}\n`;
    text += `${name}_count${labelText(labels, sample.labels)} ${total}\n`;
  }
  return text;
}

function labelText(names: readonly string[], values: LabelValues): string {
  if (names.length === 0) return '';
  return `{${names.map((name, at) => `${name}="${escapeLabel(values[at] ?? '')}"`).join(',')}}`;
}

/** Byte strings may hold anything; what is no ASCII is written as the character it stands for. */
function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (char) => (char === '\n' ? '\\n' : '\\\\'));
}
