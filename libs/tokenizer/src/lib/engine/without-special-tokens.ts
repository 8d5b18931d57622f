import type { AddedToken } from '../settings/added-tokens';

/**
 * The same tokenizer for texts in which special tokens are text: they are not cut out of it, and no merge and no piece of the
 * vocabulary makes one.
 *
 * @param kept The special token that is found in texts all the same.
 */
export function withoutSpecialTokens(definition: Record<string, unknown>, kept?: string): Record<string, unknown> {
  const added = (definition['added_tokens'] ?? []) as AddedToken[];
  const special = new Set(
    added.filter((token) => token.special && token.content !== kept).map(({ content }) => content),
  );
  const model = definition['model'] as Record<string, unknown>;
  const { vocab, merges } = model;
  // No text has a lone surrogate followed by digits and nothing else; the id stays taken.
  const name = (token: string, id: number) => (special.has(token) ? `\uD800${id}` : token);
  return {
    ...definition,
    added_tokens: added.filter(({ content }) => !special.has(content)),
    model: {
      ...model,
      vocab: Array.isArray(vocab)
        ? (vocab as [string, number][]).map(([token, score], id) => [name(token, id), score])
        : Object.fromEntries(
            Object.entries(vocab as Record<string, number>).map(([token, id]) => [name(token, id), id]),
          ),
      ...(Array.isArray(merges) && {
        merges: (merges as (string | string[])[]).filter((merge) => !special.has(partsOf(merge).join(''))),
      }),
    },
  };
}

function partsOf(merge: string | string[]): string[] {
  return typeof merge === 'string' ? merge.split(' ') : merge;
}
