import { describe, expect, it } from 'vitest';
import { parseContentDisposition } from './content-disposition.ts';

describe('parseContentDisposition', () => {
  it.each([
    ['form-data', undefined, undefined],
    ['form-data ', undefined, undefined],
    ['form-data;', undefined, undefined],
    ['form-data; name="a"', 'a', undefined],
    ['form-data;name=a;filename=b', 'a', 'b'],
    ['form-data; name="a b;c=d"; filename=""', 'a b;c=d', ''],
    ['form-data; name="a\\"b\\\\c\\d"', 'a"b\\c\\d', undefined],
    ['form-data; name = \t"a" ; filename=x', 'a', 'x'],
    ['form-data; name="\xff\x01"', '\xff\x01', undefined],
    ['form-data; name=;filename=x', '', 'x'],
    ['form-data; name="a";', 'a', undefined],
  ])('reads %j', (header, name, filename) => {
    expect(parseContentDisposition(header)).toEqual({ name, filename, hasInvalidQuoting: false, problem: undefined });
  });

  it.each([
    ['attachment; name="a"', 'type is not form-data', false],
    ['Form-Data; name="a"', 'type is not form-data', false],
    ['form-dataX', 'type is not form-data', false],
    ['form-data; name', 'parameter without value', false],
    ['form-data; name=', 'parameter without value', false],
    ['form-data; name="a"; ', 'parameter without value', false],
    ['form-data; name="a', 'unclosed quote', false],
    ['form-data; name="a\\"', 'unclosed quote', false],
    ['form-data; name="a"b', 'text behind a value', true],
    ['form-data; name=a"b"', 'text behind a value', false],
    ['form-data; name="a"; name="b"', 'duplicate name', false],
    ['form-data; filename="a"; filename="b"', 'duplicate filename', false],
    ["form-data; filename*=UTF-8''a", 'parameter filename*', false],
    ['form-data; Name="a"', 'parameter Name', false],
    ['form-data; filename ="a"', 'white space behind filename', false],
  ])('refuses %j: %s', (header, problem, hasInvalidQuoting) => {
    expect(parseContentDisposition(header)).toMatchObject({ problem, hasInvalidQuoting });
  });

  it.each([
    ["form-data; name='a'", 'a', true],
    ["form-data; name=a'b", "a'b", true],
    ['form-data; name="a\'b"', "a'b", false],
  ])('flags single quotes in %j', (header, name, hasInvalidQuoting) => {
    expect(parseContentDisposition(header)).toMatchObject({ name, hasInvalidQuoting, problem: undefined });
  });
});
