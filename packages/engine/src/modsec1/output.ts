import type { DirectiveNode, Node } from '../seclang/ast.ts';
import { makeComment } from '../seclang/make-node.ts';
import { printSecLang } from '../seclang/printer.ts';
import type { Modsec1Line, Modsec1Translation } from './translate.ts';

/** Collects the translated file and, beside it, what became of each directive. */
export class Output {
  readonly #nodes: Node[] = [];
  readonly #lines: Modsec1Line[] = [];

  /** Takes nodes over without a word about them. */
  add(...nodes: readonly Node[]): void {
    this.#nodes.push(...nodes);
  }

  translated(from: DirectiveNode, to: readonly Node[], notes: readonly string[] = []): void {
    this.add(...to);
    this.report(from, to, notes);
  }

  /** Says that a directive has become nodes that stand elsewhere. */
  report(from: DirectiveNode, to: readonly Node[], notes: readonly string[]): void {
    const result = printed(to)
      .split('\n')
      .filter((line) => line !== '');
    this.#lines.push({ ...this.#about(from), outcome: 'translated', result, notes, isProtection: false });
  }

  unchanged(node: DirectiveNode): void {
    this.add(node);
    this.#lines.push({ ...this.#about(node), outcome: 'unchanged', result: [], notes: [], isProtection: false });
  }

  /** Leaves a comment in place of the directive. */
  leftOut(node: DirectiveNode, notes: readonly string[], isProtection: boolean): void {
    const about = this.#about(node);
    this.add(makeComment(`left out: ${about.source} (${notes.join('; ')})`, node.span));
    this.#lines.push({ ...about, outcome: 'left out', result: [], notes, isProtection });
  }

  finish(): Modsec1Translation {
    const lines = [...this.#lines].sort((left, right) => left.span.start.offset - right.span.start.offset);
    return { nodes: this.#nodes, lines };
  }

  #about(node: DirectiveNode): Pick<Modsec1Line, 'span' | 'source'> {
    return { span: node.span, source: printed([node]).trimEnd() };
  }
}

function printed(nodes: readonly Node[]): string {
  return printSecLang({ file: '', nodes }, { width: Number.POSITIVE_INFINITY });
}
