import { any, either, longestMatch, optional, sequence, some, symbol } from './longest-match';
import type { Pattern } from './longest-match';
import { classes, runs } from './word-break-classes.json';

/** Lucene's maxTokenLength, in UTF-16 units: longer words are cut into pieces. */
const LONGEST_TOKEN = 255;

/** One character of a set that word-break-classes.json names. */
const one = (name: string): Pattern =>
  symbol(new Set([...classes.keys()].filter((index) => (classes[index] as string[]).includes(name))));

/** A character and the marks, format characters and joiners that belong to it (UAX #29, rule WB4). */
const marked = (name: string): Pattern => sequence(one(name), any(one('attached')));

function emojiPattern(): Pattern {
  const markedEmoji = (name: string) => sequence(one(name), any(one('attachedToEmoji')));
  const joiners = any(one('joiner'));
  const single = either(
    sequence(joiners, markedEmoji('emoji'), optional(one('emojiPresentation'))),
    sequence(optional(sequence(joiners, markedEmoji('emojiModifierBase'))), markedEmoji('emojiModifier')),
  );
  return either(
    sequence(single, any(sequence(one('joiner'), single))),
    sequence(single, some(one('tag')), one('tagEnd')),
    sequence(markedEmoji('keycapBase'), optional(one('emojiPresentation')), markedEmoji('keycap')),
    sequence(marked('regionalIndicator'), marked('regionalIndicator')),
  );
}

/** Letters, digits and connectors, or Katakana and connectors (rules WB5 to WB13b). */
function wordPattern(): Pattern {
  const connectors = any(marked('connector'));
  /** Characters of a kind with connectors, or one character that may stand inside, between them. */
  const chain = (name: string, inside?: string): Pattern =>
    sequence(
      marked(name),
      any(sequence(inside === undefined ? connectors : either(connectors, marked(inside)), marked(name))),
    );
  const hebrew = sequence(
    marked('hebrew'),
    either(marked('singleQuote'), sequence(marked('doubleQuote'), marked('hebrew'))),
  );
  const part = either(
    chain('katakana'),
    some(either(hebrew, chain('digit', 'betweenDigits'), chain('letter', 'betweenLetters'))),
  );
  return sequence(connectors, part, any(sequence(some(marked('connector')), part)), connectors);
}

/** The automaton, and the class of every code point; made at the first text. */
function makeScanner() {
  const pattern = either(
    emojiPattern(),
    wordPattern(),
    some(marked('southEastAsian')),
    marked('han'),
    marked('hiragana'),
  );
  const classOf = new Uint8Array(0x110000);
  let point = 0;
  for (const run of runs.flatMap((line) => line.split(' '))) {
    const [length, index] = run.split('.').map((digits) => parseInt(digits, 36)) as [number, number];
    classOf.fill(index, point, (point += length));
  }
  return { ...longestMatch(pattern, classes.length), classOf };
}

let scanner: ReturnType<typeof makeScanner> | undefined;

/**
 * Words of a text as Lucene's StandardTokenizer finds them, by the word-break rules of UAX #29: letters, digits and
 * connectors joined; an apostrophe, full stop or colon between letters and a comma, full stop or semicolon between
 * digits keep a word together; every ideograph and Hiragana character is a word, and so are a run of Thai, Lao, Khmer
 * or Myanmar and an emoji with what is joined to it. The character classes are those of Unicode 12.1, as in Lucene,
 * whatever version Node has.
 *
 * Source: Unicode Standard Annex #29; Unicode Technical Standard #51; Lucene 9, StandardTokenizer.
 *
 * @example
 * wordTokens("The U.S. isn't 3,141.5 wide."); // ['The', 'U.S', "isn't", '3,141.5', 'wide']
 */
export function wordTokens(text: string): string[] {
  scanner ??= makeScanner();
  const { next, accepts, symbols, classOf } = scanner;
  const tokens: string[] = [];
  for (let start = 0; start < text.length;) {
    const limit = pieceEnd(text, start);
    let end = start;
    for (let state = 0, at = start; at < limit;) {
      const point = text.codePointAt(at)!;
      state = next[state * symbols + classOf[point]!]!;
      if (state < 0) break;
      at += point > 0xffff ? 2 : 1;
      if (accepts[state] === 1) end = at;
    }
    if (end > start) {
      tokens.push(text.slice(start, end));
      start = end;
    } else start += text.codePointAt(start)! > 0xffff ? 2 : 1;
  }
  return tokens;
}

/** Where a word that begins at `start` is cut at the latest: no character of two units is cut in half. */
function pieceEnd(text: string, start: number): number {
  const end = start + LONGEST_TOKEN;
  if (end >= text.length) return text.length;
  return text.codePointAt(end - 1)! > 0xffff ? end - 1 : end;
}
