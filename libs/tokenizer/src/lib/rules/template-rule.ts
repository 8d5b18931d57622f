import type { RuleNode } from './pre-tokenizer';

/** A special token with its id. */
export interface NamedToken {
  content: string;
  id: number;
}

/** The part of a template where a text goes. */
const text = (id: 'A' | 'B', type: number) => ({ Sequence: { id, type_id: type } });
const special = ({ content }: NamedToken, type: number) => ({ SpecialToken: { id: content, type_id: type } });

/**
 * A post-processor that puts tokens around every text.
 *
 * @param pair How a second text is joined: `around` it too, only `after` it (BERT), likewise
 * without a type of its own (`same`, T5), or nothing (GPT-2).
 */
export function templateRule(
  start: readonly NamedToken[],
  end: readonly NamedToken[],
  pair: 'around' | 'after' | 'same' | 'bare',
): RuleNode {
  const single = [...start.map((token) => special(token, 0)), text('A', 0), ...end.map((token) => special(token, 0))];
  const type = pair === 'same' ? 0 : 1;
  const before = pair === 'around' ? start.map((token) => special(token, type)) : [];
  const after = pair === 'bare' ? [] : end.map((token) => special(token, type));
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, ...before, text('B', type), ...after],
    special_tokens: Object.fromEntries(
      [...start, ...end].map(({ content, id }) => [content, { id: content, ids: [id], tokens: [content] }]),
    ),
  };
}
