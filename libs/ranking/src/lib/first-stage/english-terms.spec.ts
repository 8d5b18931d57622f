import { readFileSync } from 'node:fs';
import path from 'node:path';
import { englishTerms } from './english-terms';
import { wordTokens } from './word-tokens';

describe('wordTokens', () => {
  it.each([
    ["The U.S. isn't 3,141.5 wide.", ['The', 'U.S', "isn't", '3,141.5', 'wide']],
    ['well-known e.g. p53/IL-2', ['well', 'known', 'e.g', 'p53', 'IL', '2']],
    ['snake_case and __init__', ['snake_case', 'and', '__init__']],
    ['___ -- 1.a a.1 1, 2', ['1', 'a', 'a', '1', '1', '2']],
    ['naïve café ﬁne Ωmega', ['naïve', 'café', 'ﬁne', 'Ωmega']],
    ['cafe\u0301s', ['cafe\u0301s']],
    ['日本語 カタカナ ひら', ['日', '本', '語', 'カタカナ', 'ひ', 'ら']],
    ['10² ©2020 50%', ['10', '©', '2020', '50']],
    ['https://a.org/x?y=1', ['https', 'a.org', 'x', 'y', '1']],
    ['', []],
  ])('%s', (text, tokens) => expect(wordTokens(text)).toEqual(tokens));

  it('cuts very long words into pieces of 255', () => {
    expect(wordTokens('x'.repeat(600)).map(({ length }) => length)).toEqual([255, 255, 90]);
  });
});

describe('englishTerms', () => {
  it('drops stop words and possessives, lowers and stems', () => {
    expect(englishTerms("The doctor's FINDINGS were not to be ignored")).toEqual(['doctor', 'find', 'were', 'ignor']);
    expect(englishTerms('Parkinson’s relational databases')).toEqual(['parkinson', 'relat', 'databas']);
  });

  it('gives a word the same term however it is written', () => {
    expect(new Set(englishTerms('connect Connected connecting CONNECTION connections')).size).toBe(1);
  });
});

describe("Lucene's own analyzer", () => {
  const cases = JSON.parse(
    readFileSync(path.join(__dirname, '../../../../../test/reference/lucene-terms.json'), 'utf8'),
  ) as { text: string; terms: string[] }[];

  it.each(cases)('makes the same terms of $text', ({ text, terms }) => {
    expect(englishTerms(text)).toEqual(terms);
  });
});
