import { parseJson } from './json';

describe('parseJson', () => {
  it.each([
    ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', { a: 1, b: { a: 2 }, c: [{ a: 1 }, { a: 2 }] }],
    ['{"a":"x\\"b\\":1","c\\"":"a: b"}', { a: 'x"b":1', 'c"': 'a: b' }],
    ['{"a":"\\\\","b":1}', { a: '\\', b: 1 }],
    ['[1,"a:",null]', [1, 'a:', null]],
    ['{"__proto__":1,"constructor":2}', JSON.parse('{"__proto__":1,"constructor":2}')],
    [
      '{"score":NaN,"text":"NaN and Infinity","more":[-Infinity,Infinity]}',
      { score: null, text: 'NaN and Infinity', more: [null, null] },
    ],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    ['{"a":1,"a":2}', 'field "a": found the key a second time'],
    ['{"a":1,"b":[{"c":1,\n"d":2,"c":3}]}', 'f.json:2: field "c"'],
    ['{"a":1, "\\u0061" : 2}', 'field "a"'],
    ['{"a":1,"a":{"b":2}}', 'field "a"'],
    ['{"a":NaN,"a":1}', 'field "a"'],
    ['{"a":NaNa}', 'not JSON'],
    ['{"a":1', 'not JSON'],
  ])('refuses %s', (text, message) => {
    expect(() => parseJson(text, { file: 'f.json' })).toThrow(message);
  });

  it('takes the last of two where that is asked for', () => {
    expect(parseJson('{"a":1,"a":2}', {}, { duplicateKeys: 'last' })).toEqual({ a: 2 });
  });

  it('refuses what is nested without end', () => {
    const depth = 200_000;
    expect(() => parseJson('['.repeat(depth) + ']'.repeat(depth))).toThrow('found JSON of more than 1000 levels');
    expect(() => parseJson('{"a":[[1]]}', {}, { levels: 2 })).toThrow('more than 2 levels');
    expect(parseJson('{"a[[[":["]]"]}', {}, { levels: 2 })).toEqual({ 'a[[[': [']]'] });
  });
});
