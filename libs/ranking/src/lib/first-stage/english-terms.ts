import { stemmer } from 'stemmer';
import { wordTokens } from './word-tokens';

/** Lucene's EnglishAnalyzer.ENGLISH_STOP_WORDS_SET. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they ' +
    'this to was will with'
  ).split(' '),
);

const POSSESSIVE = /['\u2019\uFF07][sS]$/;

/**
 * The index terms of an English text as Lucene's EnglishAnalyzer makes them (Anserini's default): words, possessive
 * 's removed, lower case, 33 stop words out, Porter's stems. Stop words leave no gap.
 *
 * Source: Lucene 9, EnglishAnalyzer; Porter 1980 (npm `stemmer`).
 *
 * @example
 * englishTerms("The doctor's findings"); // ['doctor', 'find']
 */
export function englishTerms(text: string): string[] {
  const terms: string[] = [];
  for (const word of wordTokens(text)) {
    const lower = word.replace(POSSESSIVE, '').toLowerCase();
    if (!STOP_WORDS.has(lower)) terms.push(stem(lower));
  }
  return terms;
}

/** Stems seen so far: a text repeats its words, and the map stays as small as the vocabulary. */
const STEMS = new Map<string, string>();
const MOST_STEMS = 1 << 18;

function stem(word: string): string {
  const known = STEMS.get(word);
  if (known !== undefined) return known;
  const result = stemmer(word);
  if (STEMS.size >= MOST_STEMS) STEMS.clear();
  STEMS.set(word, result);
  return result;
}
