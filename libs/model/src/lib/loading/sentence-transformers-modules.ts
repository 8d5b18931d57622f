import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, readPublishedJson } from '@tsarank/io';

/** What a module that follows the transformer makes of its output, by the last part of its type's name. */
const OTHER_SCORES: Readonly<Record<string, string>> = {
  LogitScore: 'a decoder that scores by the logits of two tokens (as Qwen3-Reranker)',
  CausalScoreHead: 'a decoder that scores by the logits of two tokens (as Qwen3-Reranker)',
  Pooling: 'an embedding model, which scores by the similarity of two vectors',
  WordEmbeddings: 'an embedding model, which scores by the similarity of two vectors',
  SpladePooling: 'a sparse embedding model, which scores by the overlap of two vectors',
};
const TRANSFORMER = /(^|\.)(Transformer|MLMTransformer)$/;

/**
 * Refuses a folder whose `modules.json` (sentence-transformers) says that its model scores in another way than its weights
 * alone would: it would load and give numbers that mean nothing.
 *
 * @throws {InputError} naming the module.
 */
export function requirePlainModules(folder: string): void {
  const file = join(folder, 'modules.json');
  if (!existsSync(file)) return;
  const modules = readPublishedJson(file);
  if (!Array.isArray(modules)) throw new InputError({ file, found: 'no list', expected: 'a list of modules' });
  for (const [at, module] of modules.entries()) {
    const type = String((module as { type?: unknown } | null)?.type);
    if (TRANSFORMER.test(type)) continue;
    const what = OTHER_SCORES[type.split('.').at(-1)!] ?? 'which no command here computes';
    throw new InputError({
      file,
      field: `[${at}].type`,
      found: `${type}: ${what}`,
      expected: 'a transformer alone, scored by query likelihood or by its own head',
    });
  }
}
