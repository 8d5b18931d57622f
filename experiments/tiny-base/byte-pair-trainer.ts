/** GPT-2's split of text into words before merging, as in `ByteLevel` pre-tokenizers. */
const WORD = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A trained byte-level byte-pair encoding: 256 byte symbols first, then one symbol a merge. */
export interface BytePairVocabulary {
  symbols: string[];
  merges: [string, string][];
}

interface Word {
  symbols: number[];
  count: number;
}

/**
 * Train byte-level byte-pair encoding: again and again, the most frequent neighbouring pair becomes a symbol.
 * Ties go to the pair of lowest symbol numbers, so equal texts always give equal merges.
 *
 * @param size Symbols in all, the 256 bytes included.
 * @throws {RangeError} when the size is below 256.
 *
 * Source: Sennrich et al. 2016, algorithm 1; byte alphabet of Radford et al. 2019.
 */
export function trainBytePairs(texts: Iterable<string>, size: number): BytePairVocabulary {
  if (size < 256) throw new RangeError(`a byte-level vocabulary has at least 256 symbols, got ${size}`);
  const alphabet = byteAlphabet();
  const symbols = [...alphabet];
  const merges: [string, string][] = [];
  const words = countWords(texts);
  const { counts, places } = countPairs(words);

  while (symbols.length < size) {
    const best = mostFrequent(counts);
    if (best === undefined) break;
    const [left, right] = unpackPair(best);
    const merged = symbols.length;
    symbols.push(symbols[left]! + symbols[right]!);
    merges.push([symbols[left]!, symbols[right]!]);
    for (const index of places.get(best)!) mergeInWord(words[index]!, index, left, right, merged, counts, places);
    counts.delete(best);
    places.delete(best);
  }
  return { symbols, merges };
}

/**
 * The printable stand-in of each byte in GPT-2's byte-level vocabularies: itself where it prints, else a character
 * from U+0100 on.
 */
export function byteAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const prints = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCodePoint(prints ? byte : next++);
  });
}

const PAIR_BASE = 2 ** 20;
const packPair = (left: number, right: number): number => left * PAIR_BASE + right;
const unpackPair = (pair: number): [number, number] => [Math.floor(pair / PAIR_BASE), pair % PAIR_BASE];

function countWords(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => ({ symbols: [...Buffer.from(word, 'utf8')], count }));
}

interface PairIndex {
  counts: Map<number, number>;
  /** Pair -> numbers of the words that held it when it was counted. */
  places: Map<number, Set<number>>;
}

function countPairs(words: Word[]): PairIndex {
  const index: PairIndex = { counts: new Map(), places: new Map() };
  words.forEach((word, number) => {
    for (let at = 1; at < word.symbols.length; at += 1) {
      addPair(index, packPair(word.symbols[at - 1]!, word.symbols[at]!), number, word.count);
    }
  });
  return index;
}

function addPair({ counts, places }: PairIndex, pair: number, word: number, count: number): void {
  counts.set(pair, (counts.get(pair) ?? 0) + count);
  const holders = places.get(pair);
  if (holders === undefined) places.set(pair, new Set([word]));
  else holders.add(word);
}

function mostFrequent(counts: Map<number, number>): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const [pair, count] of counts) {
    if (count > most || (count === most && best !== undefined && pair < best)) [best, most] = [pair, count];
  }
  return most > 0 ? best : undefined;
}

function mergeInWord(
  word: Word,
  number: number,
  left: number,
  right: number,
  merged: number,
  counts: Map<number, number>,
  places: Map<number, Set<number>>,
): void {
  const before = word.symbols;
  const after: number[] = [];
  for (let at = 0; at < before.length; at += 1) {
    if (before[at] === left && before[at + 1] === right) {
      after.push(merged);
      at += 1;
    } else {
      after.push(before[at]!);
    }
  }
  if (after.length === before.length) return;
  for (let at = 1; at < before.length; at += 1) {
    const pair = packPair(before[at - 1]!, before[at]!);
    const count = counts.get(pair);
    if (count !== undefined) counts.set(pair, count - word.count);
  }
  word.symbols = after;
  for (let at = 1; at < after.length; at += 1) {
    addPair({ counts, places }, packPair(after[at - 1]!, after[at]!), number, word.count);
  }
}
