import { runInNewContext } from 'node:vm';
import { ReplaceNormalizer } from '@huggingface/tokenizers';

/** Longer patterns are refused: compiling one can't be stopped, and 10,000 characters take seconds. Published ones have 700. */
const MAX_PATTERN = 3000;
/** What a pattern may take for all the texts it is tried on; those of published tokenizers take about 10 ms. */
const LIMIT_MS = 500;
/** Long enough for a pattern that takes cubic time. */
const RUN = 2000;
/** The kinds of characters that rules tell apart. */
const CHARACTERS = [' ', '\n', 'a', 'A', '0', '.', "'", '日', '\u0301'];
const MOST_NAMED = 64;

/** Patterns that were quick, by their text: tokenizers of one process often have the same. */
const quick = new Set<string>();

/**
 * Refuse a pattern whose time explodes on some texts, such as `(a+)+$`: it is tried on runs of each kind of character and of what
 * the pattern names, in a context that stops it. Runs that such a pattern is slow on need not be among these; what passes
 * may still take the square of a run's length.
 *
 * @param pattern `{ String }` or `{ Regex }`, the latter in Oniguruma's spelling.
 * @throws {RangeError} when it takes too long, {Error} when it is none.
 */
export function checkPattern(pattern: unknown): void {
  const { Regex: source, String: literal } = (pattern ?? {}) as { Regex?: unknown; String?: unknown };
  if (typeof literal === 'string') return;
  if (typeof source !== 'string') throw new RangeError('a rule whose pattern is neither a String nor a Regex');
  if (source.length > MAX_PATTERN) throw new RangeError(`a pattern of ${source.length} characters`);
  if (quick.has(source)) return;
  // The engine's own reading of the pattern.
  const compiled = (
    new ReplaceNormalizer({ type: 'Replace', pattern: { Regex: source }, content: '' }) as unknown as {
      pattern: RegExp | null;
    }
  ).pattern;
  if (!compiled) throw new RangeError(`a pattern that can't be read: ${shown(source)}`);
  const named = [...new Set([...source, ...(source.match(/[\p{L}\p{N}]{2,8}/gu) ?? [])])].filter(
    (part) => !CHARACTERS.includes(part),
  );
  const texts = [...CHARACTERS, ...named.slice(0, MOST_NAMED)].map((part) => `${part.repeat(RUN)}\u0001`);
  try {
    runInNewContext(TRIAL, { source: compiled.source, flags: compiled.flags, texts }, { timeout: LIMIT_MS });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new RangeError(`a pattern that takes more than ${LIMIT_MS} ms on short texts: ${shown(source)}`);
  }
  quick.add(source);
}

/** Literal code: nothing of the file is run as a program. */
const TRIAL = 'const pattern = new RegExp(source, flags); for (const text of texts) text.replace(pattern, "");';

const shown = (source: string) => JSON.stringify(source.slice(0, 60));
