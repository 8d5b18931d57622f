import type { RuleNode } from './pre-tokenizer';

/** A part of two texts joined: a text, or a token of the template's own; with its token type. */
export type PairPart = ({ text: 'first' | 'second' } | { id: number }) & { type: number };

type Json = Record<string, unknown>;

/** What LLaMA's classes put before and behind each text. */
export interface TextEnds {
  start: readonly number[];
  end: readonly number[];
}

/** Each text with the same tokens around it. Source: transformers `LlamaTokenizerFast.update_post_processor`. */
export function pairOfEnds({ start, end }: TextEnds): PairPart[] {
  return (['first', 'second'] as const).flatMap((text, type) => [
    ...tokens(start, type),
    { text, type },
    ...tokens(end, type),
  ]);
}

/**
 * How a `tokenizer.json` joins two texts, by its post-processor; without one that says it, one text follows the other.
 *
 * Source: tokenizers 0.22 `processors/{template,bert,roberta}.rs`.
 *
 * @throws {RangeError} when a template names a token that it doesn't define.
 */
export function pairTemplate(rule: RuleNode | null): PairPart[] {
  return partsOf(rule as Json | null) ?? pairOfEnds({ start: [], end: [] });
}

function partsOf(rule: Json | null): PairPart[] | undefined {
  switch (rule?.['type']) {
    case 'Sequence':
      return ((rule['processors'] ?? []) as Json[]).map(partsOf).find((parts) => parts !== undefined);
    case 'TemplateProcessing':
      return (rule['pair'] as Json[]).flatMap((piece) => templatePart(piece, rule));
    case 'BertProcessing': {
      const [cls, sep] = [idIn(rule['cls']), idIn(rule['sep'])];
      return [...tokens([cls], 0), first, ...tokens([sep], 0), { text: 'second', type: 1 }, ...tokens([sep], 1)];
    }
    case 'RobertaProcessing': {
      const [cls, sep] = [idIn(rule['cls']), idIn(rule['sep'])];
      return [...tokens([cls], 0), first, ...tokens([sep, sep], 0), { text: 'second', type: 0 }, ...tokens([sep], 0)];
    }
    default:
      return undefined;
  }
}

const first: PairPart = { text: 'first', type: 0 };

function templatePart(piece: Json, rule: Json): PairPart[] {
  const sequence = piece['Sequence'] as { id: 'A' | 'B'; type_id: number } | undefined;
  if (sequence) return [{ text: sequence.id === 'A' ? 'first' : 'second', type: sequence.type_id }];
  const { id, type_id: type } = piece['SpecialToken'] as { id: string; type_id: number };
  const special = (rule['special_tokens'] as Record<string, { ids: number[] }>)[id];
  if (!special) throw new RangeError(`its template names ${id}, which it doesn't define`);
  return tokens(special.ids, type);
}

/** `["[CLS]", 101]` */
function idIn(entry: unknown): number {
  return (entry as [string, number])[1];
}

function tokens(ids: readonly number[], type: number): PairPart[] {
  return ids.map((id) => ({ id, type }));
}
