/** What clings to the character before it: combining marks and format characters. */
const EXTEND = String.raw`[\p{M}\p{Cf}]*`;
/** Scripts whose characters Lucene makes tokens of their own. */
const SINGLE = String.raw`\p{Ideographic}\p{Script=Hiragana}`;
const KATAKANA = String.raw`(?:[\p{Script=Katakana}\u30FC]${EXTEND})`;
const LETTER = String.raw`(?:(?![${SINGLE}\p{Script=Katakana}\p{M}\p{Nd}])[\p{Alphabetic}]${EXTEND})`;
const DIGIT = String.raw`(?:\p{Nd}${EXTEND})`;
/** Connectors such as "_" join letters and digits. */
const CONNECTOR = String.raw`(?:\p{Pc}${EXTEND})`;
/** Between two letters: MidLetter, MidNumLet and the apostrophe of UAX #29. */
const INSIDE_WORD = String.raw`(?:[':.\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A]${EXTEND})`;
/** Between two digits: MidNum, MidNumLet and the apostrophe. */
const INSIDE_NUMBER = String.raw`(?:[',.;\u037E\u0589\u060C\u060D\u066C\u07F8\u2018\u2019\u2024\u2044\uFE10\uFE14\uFE50\uFE52\uFE54\uFF07\uFF0C\uFF0E\uFF1B]${EXTEND})`;

const WORD = new RegExp(
  `${CONNECTOR}*(?:(?:${LETTER}+(?:${INSIDE_WORD}${LETTER}+)*|${DIGIT}+(?:${INSIDE_NUMBER}${DIGIT}+)*)${CONNECTOR}*)+` +
    `|${CONNECTOR}*(?:${KATAKANA}+${CONNECTOR}*)+|[${SINGLE}]${EXTEND}`,
  'gu',
);

/** Lucene's maxTokenLength: longer words are cut into pieces. */
const LONGEST_TOKEN = 255;

/**
 * Words of a text by the word-break rules of UAX #29, as Lucene's StandardTokenizer finds them: letters, digits and
 * connectors joined; an apostrophe, full stop or colon between letters and a comma, full stop or semicolon between
 * digits keep a word together; every ideograph and hiragana character is a word. Emoji are left out, and Hebrew's
 * quotation marks have no rule of their own.
 *
 * Source: Unicode Standard Annex #29; Lucene 9, StandardTokenizerImpl.jflex.
 *
 * @example
 * wordTokens("The U.S. isn't 3,141.5 wide."); // ['The', 'U.S', "isn't", '3,141.5', 'wide']
 */
export function wordTokens(text: string): string[] {
  const tokens: string[] = [];
  for (const word of text.match(WORD) ?? []) {
    for (let start = 0; start < word.length; start += LONGEST_TOKEN)
      tokens.push(word.slice(start, start + LONGEST_TOKEN));
  }
  return tokens;
}
