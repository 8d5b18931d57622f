import type { Tokenizer as Engine } from '@huggingface/tokenizers';
import type { AddedToken } from '../settings/added-tokens';

type Normalize = ((text: string) => string) | null;

/** As far as it is used here. */
interface EngineParts {
  encode_text(text: string | null): string[] | null;
  pre_tokenizer: ((text: string, options: { section_index: number }) => string[]) | null;
  model: ((tokens: string[]) => string[]) & {
    tokens_to_ids: Map<string, number>;
    encode: (words: string[]) => string[];
    /** Of a Unigram model. */
    tokenize?: (word: string) => string[];
  };
  token_to_id(token: string): number | undefined;
  added_tokens_map: Map<string, { id: number }>;
}

/**
 * Makes an engine cut added tokens out of texts as the Rust reference does: those that are taken as they are out of the text
 * itself, then those that are normalised out of the normalised rest; the longest at the leftmost place; single words only
 * between what is no word; with the spaces that they take along. Characters that a BPE vocabulary lacks and has no unknown
 * token for are dropped before anything is merged.
 *
 * Source: Hugging Face tokenizers `added_vocabulary.rs` (`find_matches`, `extract_and_normalize`), `models/bpe/model.rs`.
 */
export function splitAsReference(
  engine: Engine,
  definition: Record<string, unknown>,
  { normalize, normalizeToken }: { normalize: Normalize; normalizeToken: Normalize },
): void {
  const parts = engine as unknown as EngineParts;
  const tokens = ((definition['added_tokens'] ?? []) as AddedToken[]).filter(({ content }) => content !== '');
  const isLater = (token: AddedToken): boolean => token.normalized && normalizeToken !== null;
  const first = matcher(tokens.filter((token) => !isLater(token)).map((token) => ({ text: token.content, token })));
  const later = tokens.filter(isLater).map((token) => ({ text: normalizeToken!(token.content), token }));
  const second = matcher(later.filter(({ text }) => text !== ''));
  // Of two tokens with one normalised text the last counts.
  for (const { text, token } of later) parts.added_tokens_map.set(text, { ...token });
  for (const token of tokens) parts.added_tokens_map.set(token.content, { ...token });
  // The engine puts added tokens into the model's vocabulary, where WordPiece would find them inside words.
  const { tokens_to_ids: ids } = parts.model;
  const own = vocabularyOf(definition);
  const added = new Map(tokens.map(({ content, id }) => [content, id]));
  for (const content of added.keys()) if (!own(content)) ids.delete(content);
  parts.token_to_id = (token) => added.get(token) ?? ids.get(token);
  const kept = characterFilter(definition, ids);
  // Unigram's own loop spreads a word's tokens on the stack, where those of a very long word have no room.
  const { model } = parts;
  if (model.tokenize) model.encode = (words) => words.flatMap((word) => model.tokenize!(word));
  parts.encode_text = (text) => {
    if (text === null) return null;
    const found: string[] = [];
    split(text, first).forEach((piece, index) => {
      if (typeof piece !== 'string') return void found.push(piece.content);
      const normalized = normalize ? normalize(piece) : piece;
      split(normalized, second).forEach((part, at) => {
        if (typeof part !== 'string') return void found.push(part.content);
        const words = parts.pre_tokenizer?.(part, { section_index: index === 0 && at === 0 ? 0 : 1 }) ?? [part];
        for (const token of parts.model(kept(words))) found.push(token);
      });
    });
    return found;
  };
}

/** Whether a token is one of the model's own. */
function vocabularyOf(definition: Record<string, unknown>): (token: string) => boolean {
  const { vocab } = definition['model'] as { vocab?: unknown };
  if (!Array.isArray(vocab)) return (token) => Object.hasOwn((vocab ?? {}) as object, token);
  const pieces = new Set((vocab as [string, number][]).map(([piece]) => piece));
  return (token) => pieces.has(token);
}

interface Entry {
  /** What is looked for. */
  text: string;
  token: AddedToken;
}

/** The longest entry at a place of a text. */
type Matcher = ((text: string, at: number) => Entry | undefined) | undefined;

function matcher(entries: readonly Entry[]): Matcher {
  if (entries.length === 0) return undefined;
  const byStart = new Map<number, Entry[]>();
  for (const entry of entries) {
    const unit = entry.text.charCodeAt(0);
    byStart.set(unit, [...(byStart.get(unit) ?? []), entry]);
  }
  for (const list of byStart.values()) list.sort((a, b) => b.text.length - a.text.length);
  return (text, at) => byStart.get(text.charCodeAt(at))?.find((entry) => text.startsWith(entry.text, at));
}

const WORD_END = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]$/u;
const WORD_START = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]/u;
const SPACE_START = /^\p{White_Space}+/u;

/** Pieces of a text, none empty: added tokens and what stands between them. */
function split(text: string, match: Matcher): (string | AddedToken)[] {
  if (text === '') return [];
  if (!match) return [text];
  const pieces: (string | AddedToken)[] = [];
  let done = 0;
  for (let at = 0; at < text.length;) {
    const entry = match(text, at);
    if (!entry) {
      at += 1;
      continue;
    }
    const end = at + entry.text.length;
    const { token } = entry;
    if (token.single_word && (endsWithWord(text, at) || WORD_START.test(text.slice(end, end + 2)))) {
      at = end;
      continue;
    }
    const start = token.lstrip ? Math.max(done, spaceBefore(text, at)) : Math.max(done, at);
    const stop = token.rstrip ? end + (SPACE_START.exec(text.slice(end))?.[0].length ?? 0) : end;
    if (start > done) pieces.push(text.slice(done, start));
    pieces.push(token);
    done = stop;
    at = stop;
  }
  if (done < text.length) pieces.push(text.slice(done));
  return pieces;
}

function endsWithWord(text: string, at: number): boolean {
  return at > 0 && WORD_END.test(text.slice(Math.max(0, at - 2), at));
}

function spaceBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && /\p{White_Space}/u.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** Takes out of words the characters that a BPE vocabulary without unknown token lacks; words that are left empty go. */
function characterFilter(
  definition: Record<string, unknown>,
  ids: ReadonlyMap<string, number>,
): (words: string[]) => string[] {
  const model = definition['model'] as Record<string, unknown>;
  const keepsAll =
    model['type'] !== 'BPE' ||
    (model['unk_token'] ?? null) !== null ||
    model['byte_fallback'] === true ||
    (model['continuing_subword_prefix'] ?? '') !== '' ||
    (model['end_of_word_suffix'] ?? '') !== '';
  if (keepsAll) return (words) => words;
  const isKnown = (word: string): boolean => {
    for (const character of word) if (!ids.has(character)) return false;
    return true;
  };
  return (words) => {
    if (words.every(isKnown)) return words;
    return words.flatMap((word) => {
      if (model['ignore_merges'] === true && ids.has(word)) return word;
      const rest = Array.from(word)
        .filter((character) => ids.has(character))
        .join('');
      return rest === '' ? [] : rest;
    });
  };
}
