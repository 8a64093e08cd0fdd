import { describe, expect, it } from 'vitest';
import type { TargetNode } from './ast.ts';
import { Diagnostics, formatDiagnostic } from './diagnostics.ts';
import { parseTargets } from './parse-targets.ts';
import { wordOf } from './word.ts';

function parse(text: string): { targets: string[]; found: string[] } {
  const diagnostics = new Diagnostics();
  const targets = parseTargets(wordOf(text, 't'), diagnostics).map(outline);
  return { targets, found: diagnostics.all.map(formatDiagnostic) };
}

/** `!NAME key=x`, `&NAME regex=x quoted`. */
function outline({ name, isCount, isExclusion, selector }: TargetNode): string {
  const head = `${isExclusion ? '!' : ''}${isCount ? '&' : ''}${name}`;
  return selector === undefined
    ? head
    : `${head} ${selector.kind}=${selector.text}${selector.isQuoted ? ' quoted' : ''}`;
}

describe('target lists', () => {
  it.each<[text: string, targets: string[]]>([
    ['ARGS', ['ARGS']],
    ['ARGS|TX:a,&X', ['ARGS', 'TX key=a', '&X']],
    ['|,ARGS ,\t| TX:a,|', ['ARGS', 'TX key=a']],
    ['args|ARGS|ARGS', ['args', 'ARGS', 'ARGS']],
    ['!ARGS:a|&ARGS:a', ['!ARGS key=a', '&ARGS key=a']],
    ['ARGS:|TX', ['ARGS', 'TX']],
    ['ARGS:/a.*b/', ['ARGS regex=a.*b']],
    ['ARGS:/x', ['ARGS key=/x']],
    ['ARGS:/', ['ARGS key=/']],
    ['ARGS://', ['ARGS key=//']],
    ['ARGS:///', ['ARGS regex=/']],
    ["ARGS:'/a|b c,d/'|X", ['ARGS regex=a|b c,d quoted', 'X']],
    ["ARGS:'a b'|ARGS:''", ['ARGS key=a b quoted', 'ARGS key= quoted']],
    [String.raw`ARGS:'a\'b\\c\d'`, [String.raw`ARGS key=a'b\c\d quoted`]],
    ["ARGS:a'b", ["ARGS key=a'b"]],
    ['XML:/*|XML://@*|XML:/a:b/text()', ['XML key=/*', 'XML key=//@*', 'XML key=/a:b/text()']],
    ['REQUEST_HEADERS:X.Filename', ['REQUEST_HEADERS key=X.Filename']],
    ['TX:/^\\d+$/|TX:1', ['TX regex=^\\d+$', 'TX key=1']],
  ])('%s', (text, targets) => {
    expect(parse(text)).toEqual({ targets, found: [] });
  });

  it.each<[text: string, targets: string[], found: string]>([
    ['', [], 't:1:1 SL1401 the list of targets is empty; name what to look at, for example ARGS'],
    [' |, ', [], 't:1:1 SL1401 the list of targets is empty; name what to look at, for example ARGS'],
    [
      'A|!&B|C',
      ['A', 'C'],
      't:1:3 SL1402 only one "!" or "&" can stand in front of a target, not "!&B"; ' +
        'write !NAME to leave members out, &NAME to count them',
    ],
    [
      '&!B',
      [],
      't:1:1 SL1402 only one "!" or "&" can stand in front of a target, not "&!B"; ' +
        'write !NAME to leave members out, &NAME to count them',
    ],
    [
      'A|TX.foo.bar',
      ['A'],
      't:1:3 SL1403 "TX.foo.bar" is not the name of a target; ' +
        'outside of %{…} a member is written with a colon: TX:foo.bar',
    ],
    [
      'ARGS:a b%c',
      ['ARGS key=a'],
      't:1:8 SL1403 "b%c" is not the name of a target; a selector with a space, comma or pipe in it must stand in single quotes',
    ],
    [
      'A|!',
      ['A'],
      't:1:3 SL1403 "!" is not the name of a target; ' +
        'a selector with a space, comma or pipe in it must stand in single quotes',
    ],
    [
      'A|ARGS:/^a|b c,d$/|C',
      ['A', 'C'],
      't:1:8 SL1404 the selector of ARGS ends before "|", in the middle of its pattern; ' + "write ARGS:'/^a|b c,d$/'",
    ],
    [
      "A|ARGS:'b|c",
      ['A', 'ARGS key=b|c quoted'],
      "t:1:8 SL1301 the quote ' that opens here is never closed; " +
        "write ' after the last byte of the value, and \\' for a quote inside it",
    ],
    [
      "ARGS:'b\\'",
      ["ARGS key=b' quoted"],
      "t:1:6 SL1301 the quote ' that opens here is never closed; " +
        "write ' after the last byte of the value, and \\' for a quote inside it",
    ],
    [
      "ARGS:'a'b|C",
      ['ARGS key=a quoted', 'C'],
      't:1:9 SL1302 the value of "ARGS" ended at its closing quote; "b" cannot follow; ' +
        "put a comma between two items, or write \\' for a quote inside the value",
    ],
    [
      'A|:b|C',
      ['A', 'C'],
      't:1:3 SL1303 there is no name in front of this ":"; ' +
        'a value with a space, comma or pipe in it must stand in single quotes',
    ],
  ])('%s is reported', (text, targets, found) => {
    expect(parse(text)).toEqual({ targets, found: [found] });
  });
});
