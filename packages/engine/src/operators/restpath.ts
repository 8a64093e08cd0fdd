import { defineOperator, type Operator, type OperatorScope } from '../registry/operator.ts';

/** A piece of a path template: text as it stands, or the name of a parameter. */
type Piece = { readonly text: string } | { readonly parameter: string };

export const restpath: Operator = defineOperator({
  name: 'restpath',
  summary:
    'Matches when the value is a path of the form of the template, and puts what stands for `{name}` into ARGS_PATH. A parameter is one path segment or a part of one; it is not empty.',
  examples: [
    { argument: '/user/{id}', value: '/user/12', matches: true },
    { argument: '/user/{id}', value: '/user/', matches: false },
    { argument: '/user/{id}', value: '/user/12/edit', matches: false },
    { argument: '/{kind}/{id}.json', value: '/user/a.b.json', matches: true },
  ],
  compile: (argument) => {
    const pieces = parseTemplate(argument.source);
    return {
      test: (value, scope) => fill(value, pieces, scope),
      describe: (_value, name) => `Path template "${argument.source}" matched at ${name}.`,
    };
  },
});

function parseTemplate(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open === -1) {
      pieces.push({ text: template.slice(at) });
      break;
    }
    if (open > at) pieces.push({ text: template.slice(at, open) });
    else if (pieces.length > 0) throw new Error('two parameters must have text between them');
    const close = template.indexOf('}', open);
    const parameter = template.slice(open + 1, close === -1 ? undefined : close);
    if (close === -1 || !/^\w+$/.test(parameter)) throw new Error(`"{${parameter}" is no parameter; write {name}`);
    pieces.push({ parameter });
    at = close + 1;
  }
  return pieces;
}

/** Parameters end where the text behind them first occurs, within their segment; the last one takes all that is left. */
function fill(value: string, pieces: readonly Piece[], { tx }: OperatorScope): boolean {
  const found: (readonly [name: string, value: string])[] = [];
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if ('text' in piece) {
      if (!value.startsWith(piece.text, at)) return false;
      at += piece.text.length;
      continue;
    }
    const slash = value.indexOf('/', at);
    const segmentEnd = slash === -1 ? value.length : slash;
    const next = pieces[index + 1];
    let end = segmentEnd;
    if (next !== undefined && 'text' in next) {
      // A text that ends the template stands at the end of the value; any other ends the parameter where it first occurs.
      end = index + 2 === pieces.length ? value.length - next.text.length : value.indexOf(next.text, at + 1);
    }
    if (end <= at || end > segmentEnd) return false;
    found.push([piece.parameter, value.slice(at, end)]);
    at = end;
  }
  if (at !== value.length) return false;
  for (const [name, text] of found) tx.pathArguments.set(name, text);
  return true;
}
