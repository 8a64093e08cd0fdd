/**
 * Expressions of Apache 2.4 (ap_expr) as far as they can speak of an exchange that is over, compiled to functions. Patterns are
 * matched in linear time; what reads files, or remembers groups of a match, is refused.
 */
import { ExpressionError, readTokens, type TextPart, type Token, type VariableName } from './lexer.ts';
import {
  CLAIMS,
  type Comparison,
  compilePattern,
  MATCHES,
  NUMBER_COMPARISONS,
  numberIn,
  TEXT_COMPARISONS,
  type Truth,
  type Word,
} from './operators.ts';
import { FUNCTIONS, type TextOf, VARIABLES } from './variables.ts';

/** Throws an `ExpressionError`. */
export function compileExpression(text: string): Truth {
  const parser = new Parser(readTokens(text));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Truth {
    const truth = this.#or();
    const next = this.#peek();
    if (next.kind !== 'end') throw new ExpressionError(next.at, 'nothing is expected here any more');
    return truth;
  }

  #or(): Truth {
    let truth = this.#and();
    while (this.#skip('||', 'or')) {
      const left = truth;
      const right = this.#and();
      truth = (one) => left(one) || right(one);
    }
    return truth;
  }

  #and(): Truth {
    let truth = this.#not();
    while (this.#skip('&&', 'and')) {
      const left = truth;
      const right = this.#not();
      truth = (one) => left(one) && right(one);
    }
    return truth;
  }

  #not(): Truth {
    if (!this.#skip('!', 'not')) return this.#claim();
    const truth = this.#not();
    return (one) => !truth(one);
  }

  #claim(): Truth {
    const { at } = this.#peek();
    if (this.#skip('(')) {
      const truth = this.#or();
      if (!this.#skip(')')) throw new ExpressionError(at, 'this "(" is never closed');
      return truth;
    }
    const next = this.#peek();
    if (next.kind === 'name' && (next.text === 'true' || next.text === 'false')) {
      this.#at++;
      return () => next.text === 'true';
    }
    if (next.kind === 'operator' && /^-[A-Za-z]$/.test(next.text)) {
      const claim = CLAIMS[next.text];
      if (claim === undefined) throw new ExpressionError(at, `${next.text} is not known here`);
      this.#at++;
      return claim(this.#word(), at);
    }
    return this.#comparison(this.#word());
  }

  #comparison(word: Word): Truth {
    const operator = this.#peek();
    const { at } = operator;
    if (operator.kind !== 'operator' && operator.kind !== 'name')
      throw new ExpressionError(at, 'a word has to be compared with something');
    this.#at++;
    const { text: name } = operator;
    const bare = name.replace(/^-/, '');
    if (Object.hasOwn(TEXT_COMPARISONS, name)) {
      const compare = TEXT_COMPARISONS[name] as Comparison;
      const other = this.#word();
      return (one) => compare(word.text(one), other.text(one));
    }
    if (Object.hasOwn(NUMBER_COMPARISONS, bare)) {
      const compare = NUMBER_COMPARISONS[bare] as (a: number, b: number) => boolean;
      const other = this.#word();
      return (one) => compare(numberIn(word.text(one)), numberIn(other.text(one)));
    }
    if (name === '=~' || name === '!~') {
      const matches = this.#pattern();
      return name === '=~' ? (one) => matches(word.text(one)) : (one) => !matches(word.text(one));
    }
    if (bare === 'in') {
      const words = this.#list();
      return (one) => words.some((other) => other.text(one) === word.text(one));
    }
    const match = MATCHES[name];
    if (match === undefined) throw new ExpressionError(at, `"${name}" compares nothing`);
    return match(word, this.#word(), at);
  }

  #pattern(): (text: string) => boolean {
    const token = this.#peek();
    if (token.kind !== 'regex') throw new ExpressionError(token.at, 'a pattern such as m#^/x# is expected');
    this.#at++;
    const { source, flags, at } = token;
    return compilePattern(source, at, { caseless: flags.includes('i'), multiline: flags.includes('m') });
  }

  #list(): readonly Word[] {
    const { at } = this.#peek();
    if (!this.#skip('{')) throw new ExpressionError(at, "a list such as { 'a', 'b' } is expected");
    const words = [this.#word()];
    while (this.#skip(',')) words.push(this.#word());
    if (!this.#skip('}')) throw new ExpressionError(at, 'this "{" is never closed');
    return words;
  }

  /** Words are put together by dots. */
  #word(): Word {
    let word = this.#single();
    while (this.#skip('.')) {
      const left = word;
      const right = this.#single();
      const isFixed = left.fixed !== undefined && right.fixed !== undefined;
      word = {
        text: (one) => left.text(one) + right.text(one),
        fixed: isFixed ? `${left.fixed}${right.fixed}` : undefined,
      };
    }
    return word;
  }

  #single(): Word {
    const token = this.#peek();
    this.#at++;
    switch (token.kind) {
      case 'number':
        return fixedWord(token.text);
      case 'text':
        return joinedWord(token.parts, token.at);
      case 'variable':
        return { text: variableText(token.variable, token.at), fixed: undefined };
      case 'name':
        return this.#call(token.text, token.at);
      default:
        throw new ExpressionError(token.at, 'a word is expected: a text in quotes, a number or %{NAME}');
    }
  }

  #call(name: string, at: number): Word {
    if (!this.#skip('(')) throw new ExpressionError(at, `"${name}" is no word; texts stand in quotes`);
    const argument = this.#word();
    if (!this.#skip(')')) throw new ExpressionError(at, 'this function takes one word in brackets');
    const call = functionNamed(name, at);
    return { text: (one) => call(argument.text(one), one), fixed: undefined };
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token;
  }

  #skip(...texts: readonly string[]): boolean {
    const token = this.#peek();
    const isThere = (token.kind === 'operator' || token.kind === 'name') && texts.includes(token.text);
    if (isThere) this.#at++;
    return isThere;
  }
}

function fixedWord(text: string): Word {
  return { text: () => text, fixed: text };
}

function joinedWord(parts: readonly TextPart[], at: number): Word {
  const texts = parts.map((part): TextOf => (typeof part === 'string' ? () => part : variableText(part, at)));
  if (parts.every((part) => typeof part === 'string')) return fixedWord(parts.join(''));
  return { text: (one) => texts.map((text) => text(one)).join(''), fixed: undefined };
}

function variableText({ name, argument }: VariableName, at: number): TextOf {
  if (argument !== undefined) {
    const call = functionNamed(name, at);
    return (one) => call(argument, one);
  }
  const text = VARIABLES[name.toUpperCase()];
  if (text === undefined) throw new ExpressionError(at, `there is no variable ${name}`);
  return text;
}

function functionNamed(name: string, at: number): (typeof FUNCTIONS)[string] {
  const found = FUNCTIONS[name.toLowerCase()];
  if (found === undefined) throw new ExpressionError(at, `there is no function ${name}`);
  return found;
}
