import { stemmer } from 'stemmer';
import { wordTokens } from './word-tokens';

/** Lucene's EnglishAnalyzer.ENGLISH_STOP_WORDS_SET. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they ' +
    'this to was will with'
  ).split(' '),
);

// eslint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
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
    const lower = lowerCase(word.replace(POSSESSIVE, ''));
    if (!STOP_WORDS.has(lower)) terms.push(stem(lower));
  }
  return terms;
}

/**
 * Lower case character by character, as Lucene's LowerCaseFilter has it: a capital sigma is σ at the end of a word too,
 * and İ is i without the dot that JavaScript puts above it.
 */
function lowerCase(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase();
  return Array.from(word, (character) => String.fromCodePoint(character.toLowerCase().codePointAt(0)!)).join('');
}

/** Stems seen so far: a text repeats its words, and the map stays as small as the vocabulary. */
const STEMS = new Map<string, string>();
const MOST_STEMS = 1 << 18;

function stem(word: string): string {
  const known = STEMS.get(word);
  if (known !== undefined) return known;
  const result = ONLY_SUFFIX.get(word) ?? stemmer(withoutDoubleY(word));
  if (STEMS.size >= MOST_STEMS) STEMS.clear();
  STEMS.set(word, result);
  return result;
}

/** Words that are nothing but a suffix: `stemmer` asks for a letter before it, Porter's rules and Lucene don't. */
const ONLY_SUFFIX: ReadonlyMap<string, string> = new Map([
  ['ies', 'i'],
  ['sses', 'ss'],
  ['eed', 'eed'],
  ['eeds', 'eed'],
]);

/**
 * A double consonant loses a letter before -ed and -ing. A y is a consonant at the beginning and behind a vowel, so that
 * the last of yy can be one (`abyying`, like `abi`); `stemmer` leaves it.
 */
function withoutDoubleY(word: string): string {
  const [, before, ys, suffix] = /^(.*?)(yy+)((?:ed|ing)s?)$/.exec(word) ?? [];
  if (before === undefined) return word;
  const firstIsConsonant = before === '' || 'aeiou'.includes(before.at(-1)!);
  const lastIsConsonant = (ys!.length % 2 === 1) === firstIsConsonant;
  return lastIsConsonant ? `${before}${ys!.slice(1)}${suffix}` : word;
}
