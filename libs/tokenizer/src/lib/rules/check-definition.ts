import { MAX_ID } from '../settings/added-tokens';
import { checkPattern } from './check-pattern';

/** Rules nested deeper are refused. */
const MAX_DEPTH = 32;

type Json = Record<string, unknown>;

/**
 * Refuse a `tokenizer.json` whose numbers or merges make no sense, before anything is built of it: ids that are no small whole
 * numbers or used twice, patterns that are none or take too long, merges with an empty part (they would never end) or of tokens that the vocabulary lacks.
 *
 * @throws {RangeError} saying what is wrong.
 */
export function checkDefinition(definition: Json): void {
  const model = definition['model'];
  if (model === null || typeof model !== 'object') throw new RangeError('it has no model');
  const { vocab, merges } = model as Json;
  const added = definition['added_tokens'] ?? [];
  if (!Array.isArray(added)) throw new RangeError('added_tokens is not a list');
  added.forEach((token: Json | null, at) => {
    if (!token || typeof token['content'] !== 'string' || token['content'] === '')
      throw new RangeError(`added token ${at} has no content`);
    requireId(token['content'], token['id']);
  });
  if (Array.isArray(vocab)) checkScores(vocab, model as Json);
  else if (vocab !== null && typeof vocab === 'object') checkIds(vocab as Json);
  else throw new RangeError('its model has no vocabulary');
  if ((model as Json)['type'] === 'BPE' && !Array.isArray(merges)) throw new RangeError('its model has no merges');
  if (Array.isArray(merges)) checkMerges(merges, vocab as Json, model as Json);
  for (const key of ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder']) checkRule(definition[key], 0);
  for (const key of ['normalizer', 'decoder']) {
    const growth = growthOf(definition[key]);
    if (growth > MOST_GROWTH)
      throw new RangeError(`its ${key} makes a text up to ${growth} times as long, expected ${MOST_GROWTH} at most`);
  }
}

/** How many times longer the rules of published tokenizers make a text is below 20. */
const MOST_GROWTH = 64;

/** How many times longer rules one after another may make a text, by what they put in the place of a match. */
function growthOf(rule: unknown): number {
  if (rule === null || typeof rule !== 'object') return 1;
  const { type, pattern, content, prepend } = rule as Json;
  const inner = Object.entries(rule)
    .filter(([key]) => key !== 'pattern')
    .map(([, part]) => growthOf(part));
  const own =
    type === 'Replace' ? replaceGrowth(pattern, content) : type === 'Prepend' ? 1 + lengthOf(prepend) / 64 : 1;
  return inner.reduce((product, growth) => product * growth, own);
}

function replaceGrowth(pattern: unknown, content: unknown): number {
  const { String: text } = (pattern ?? {}) as { String?: unknown };
  // A regular expression may match one character, or none.
  const matched = Math.max(1, typeof text === 'string' ? text.length : 1);
  return Math.max(1, lengthOf(content) / matched);
}

const lengthOf = (text: unknown): number => (typeof text === 'string' ? text.length : 0);

function requireId(token: string, id: unknown): void {
  if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > MAX_ID) {
    throw new RangeError(
      `the token ${JSON.stringify(token.slice(0, 50))} has the id ${String(id)}, expected 0 to ${MAX_ID}`,
    );
  }
}

function checkIds(vocab: Json): void {
  const seen = new Set<number>();
  for (const [token, id] of Object.entries(vocab)) {
    requireId(token, id);
    if (seen.has(id as number)) throw new RangeError(`two tokens have the id ${String(id)}`);
    seen.add(id as number);
  }
}

function checkScores(vocab: unknown[], model: Json): void {
  if (vocab.length === 0 || vocab.length > MAX_ID) throw new RangeError(`a vocabulary of ${vocab.length} pieces`);
  vocab.forEach((entry, id) => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || !Number.isFinite(entry[1])) {
      throw new RangeError(`piece ${id} is not a text and its score`);
    }
  });
  const unknown = model['unk_id'] ?? 0;
  if (!Number.isInteger(unknown) || !vocab[unknown as number]) throw new RangeError(`unk_id is ${String(unknown)}`);
}

function checkMerges(merges: unknown[], vocab: Json, model: Json): void {
  // The second part of a merge is written with the prefix of tokens inside a word, where there is one.
  const prefix = typeof model['continuing_subword_prefix'] === 'string' ? model['continuing_subword_prefix'].length : 0;
  merges.forEach((merge: unknown, at) => {
    const parts: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    const [left, right] = parts;
    if (parts.length !== 2 || typeof left !== 'string' || typeof right !== 'string' || left === '' || right === '') {
      throw new RangeError(`merge ${at} is not two tokens`);
    }
    const missing = [left, right, left + right.slice(prefix)].find((token) => !Object.hasOwn(vocab, token));
    if (missing !== undefined)
      throw new RangeError(`merge ${at} needs ${JSON.stringify(missing.slice(0, 50))}, which is not in the vocabulary`);
  });
}

function checkRule(rule: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError(`rules nested deeper than ${MAX_DEPTH}`);
  if (rule === null || typeof rule !== 'object') return;
  const { type, pattern } = rule as Json;
  if (typeof type === 'string' && pattern !== undefined) checkPattern(pattern);
  for (const part of Object.values(rule)) checkRule(part, depth + 1);
}
