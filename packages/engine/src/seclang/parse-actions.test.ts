import { describe, expect, it } from 'vitest';
import { Diagnostics, formatDiagnostic } from './diagnostics.ts';
import { parseActions } from './parse-actions.ts';
import { wordOf } from './word.ts';

type Action = [name: string, argument?: string, quoted?: 'quoted'];

function parse(text: string): { actions: Action[]; found: string[] } {
  const diagnostics = new Diagnostics();
  const actions = parseActions(wordOf(text, 'a'), diagnostics).map(({ name, argument, isQuoted }): Action => {
    if (argument === undefined) return [name];
    return isQuoted ? [name, argument, 'quoted'] : [name, argument];
  });
  return { actions, found: diagnostics.all.map(formatDiagnostic) };
}

describe('action lists', () => {
  it.each<[text: string, actions: Action[]]>([
    ['', []],
    ['id:1', [['id', '1']]],
    ['id:1,deny', [['id', '1'], ['deny']]],
    [' id:1 ,\n\t deny| ,log,', [['id', '1'], ['deny'], ['log']]],
    [
      'tag:a,tag:b,tag:a',
      [
        ['tag', 'a'],
        ['tag', 'b'],
        ['tag', 'a'],
      ],
    ],
    ['Deny,T:None', [['Deny'], ['T', 'None']]],
    ['allow:,log', [['allow'], ['log']]],
    ["msg:'a, b|c: d'", [['msg', 'a, b|c: d', 'quoted']]],
    ["msg:'',log", [['msg', '', 'quoted'], ['log']]],
    [String.raw`msg:'it\'s \\ \d'`, [['msg', String.raw`it's \ \d`, 'quoted']]],
    ['setvar:tx.a=+%{tx.b}', [['setvar', 'tx.a=+%{tx.b}']]],
    ["setvar:'tx.a=x y'", [['setvar', 'tx.a=x y', 'quoted']]],
    ['ctl:ruleRemoveTargetById=1;ARGS:x', [['ctl', 'ruleRemoveTargetById=1;ARGS:x']]],
    ['redirect:http://a.example/?b:c', [['redirect', 'http://a.example/?b:c']]],
    ['msg:"a"', [['msg', '"a"']]],
  ])('%s', (text, actions) => {
    expect(parse(text)).toEqual({ actions, found: [] });
  });

  it.each<[text: string, actions: Action[], found: string[]]>([
    [
      "msg: 'a'",
      [['msg']],
      [
        'a:1:6 SL1305 "\'a\'" is not the name of an action; ' +
          'a value with a space, comma or pipe in it must stand in single quotes, directly after the ":"',
      ],
    ],
    [
      'id:1,#log',
      [['id', '1']],
      [
        'a:1:6 SL1305 "#log" is not the name of an action; ' +
          'a comment cannot stand inside a directive that goes on over several lines',
      ],
    ],
    [
      "setvar:tx.a='b c',log",
      [['setvar', "tx.a='b"], ['log']],
      [
        'a:1:13 SL1304 warning: the quote in "tx.a=\'b" does not group anything, because the value does not begin with it; ' +
          "put the quotes around the whole value: setvar:'…'",
        'a:1:16 SL1305 "c\'" is not the name of an action; ' +
          'a value with a space, comma or pipe in it must stand in single quotes, directly after the ":"',
      ],
    ],
    [
      "msg:'a'b c',log",
      [['msg', 'a', 'quoted'], ['log']],
      [
        'a:1:8 SL1302 the value of "msg" ended at its closing quote; "b" cannot follow; ' +
          "put a comma between two items, or write \\' for a quote inside the value",
        'a:1:10 SL1305 "c\'" is not the name of an action; ' +
          'a value with a space, comma or pipe in it must stand in single quotes, directly after the ":"',
      ],
    ],
    [
      "id:1,msg:'a,log",
      [
        ['id', '1'],
        ['msg', 'a,log', 'quoted'],
      ],
      [
        "a:1:10 SL1301 the quote ' that opens here is never closed; " +
          "write ' after the last byte of the value, and \\' for a quote inside it",
      ],
    ],
  ])('%s is reported', (text, actions, found) => {
    expect(parse(text)).toEqual({ actions, found });
  });
});
