/**
 * SentencePiece's precompiled normalisation map: a trie over UTF-8 bytes (a double array), then the replacement texts.
 *
 * As the Rust reference does, a grapheme of less than 6 bytes is looked up whole, where a match of its *first* bytes is enough;
 * any other is looked up character by character.
 *
 * Source: huggingface/spm_precompiled `lib.rs`; google/sentencepiece `normalizer.cc`.
 *
 * @throws {RangeError} when the map is broken.
 */
export function charsMapNormalizer(map: Uint8Array): (text: string) => string {
  const view = new DataView(map.buffer, map.byteOffset, map.byteLength);
  const size = map.length < 4 ? -1 : view.getUint32(0, true);
  if (size < 4 || size % 4 !== 0 || size > map.length - 4)
    throw new RangeError(`a character map of ${map.length} bytes with a trie of ${size}`);
  const units = Uint32Array.from({ length: size / 4 }, (_, at) => view.getUint32(4 + 4 * at, true));
  const texts = map.subarray(4 + size);
  checkUnits(units, texts.length);
  const remembered = new Map<string, string | undefined>();
  const lookUp = (part: string) => {
    if (!remembered.has(part)) {
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(part, find(units, texts, part));
    }
    return remembered.get(part);
  };
  return (text) => {
    let result = '';
    for (const segment of graphemes(text)) {
      const whole = Buffer.byteLength(segment) < 6 ? lookUp(segment) : undefined;
      result += whole ?? Array.from(segment, (character) => lookUp(character) ?? character).join('');
    }
    return result;
  };
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Characters segmented at a time: the time that a segmenter takes grows with the square of its text. */
const WINDOW = 512;

/** The graphemes of a text, in time that grows with its length. */
export function* graphemes(text: string): Generator<string> {
  let window = WINDOW;
  for (let start = 0; start < text.length;) {
    const isLast = start + window >= text.length;
    // No character is cut in half, or its half would be a grapheme of its own.
    const end = start + window - (text.codePointAt(start + window - 1)! > 0xffff ? 1 : 0);
    const found = Array.from(
      SEGMENTER.segment(text.slice(start, isLast ? text.length : end)),
      ({ segment }) => segment,
    );
    // The last grapheme of a window may go on behind it; where one begins, nothing before it counts.
    if (!isLast) found.pop();
    if (found.length === 0) {
      window *= 2;
      continue;
    }
    window = WINDOW;
    for (const segment of found) {
      start += segment.length;
      yield segment;
    }
  }
}

const REMEMBERED = 10_000;

/** Broken references are found at once, not in the middle of some text. */
function checkUnits(units: Uint32Array, textBytes: number): void {
  units.forEach((unit, at) => {
    const isText = unit >>> 31 === 1;
    const target = isText ? unit & 0x7fffffff : (at ^ offsetOf(unit)) >>> 0;
    if (target >= (isText ? textBytes : units.length))
      throw new RangeError(`unit ${at} of the character map refers to ${target}`);
  });
}

/** The text for the shortest prefix of `part` that the trie has. */
function find(units: Uint32Array, texts: Uint8Array, part: string): string | undefined {
  let at = offsetOf(unitAt(units, 0));
  for (const byte of Buffer.from(part)) {
    if (byte === 0) return undefined;
    at = (at ^ byte) >>> 0;
    const unit = unitAt(units, at);
    if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
    at = (at ^ offsetOf(unit)) >>> 0;
    if ((unit >>> 8) & 1) return textAt(texts, unitAt(units, at) & 0x7fffffff);
  }
  return undefined;
}

const offsetOf = (unit: number) => ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;

function unitAt(units: Uint32Array, at: number): number {
  const unit = units[at];
  if (unit === undefined) throw new RangeError(`the trie of the character map has no unit ${at}`);
  return unit;
}

/** A text ends with a zero byte. */
function textAt(texts: Uint8Array, start: number): string {
  if (start >= texts.length) throw new RangeError(`the character map has no text at ${start}`);
  const end = texts.indexOf(0, start);
  return Buffer.from(texts.subarray(start, end < 0 ? texts.length : end)).toString('utf8');
}
