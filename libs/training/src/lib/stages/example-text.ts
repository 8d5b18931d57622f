import type { EncodedPair, EncodePairOptions } from '@tsarank/data';
import { InputError } from '@tsarank/io';
import type { CausalLm } from '@tsarank/model';
import type { TrainingOptions } from '../loop/training-options';

/** How texts are read, as `encodePair` takes it. */
export function textOptionsOf({
  maxDocumentTokens,
  maxQueryTokens,
  specialTokensInText,
}: TrainingOptions): EncodePairOptions {
  return { maxDocumentTokens, maxQueryTokens, specialTokensInText };
}

/**
 * Whether a model has a position for every token that it is given of a sequence: all but the last, which is only predicted.
 *
 * @param example What an error calls it.
 * @returns The sequence.
 * @throws {InputError} where it is longer.
 */
export function requirePositions(
  { longestSequence = Infinity }: CausalLm,
  sequence: EncodedPair,
  example: string,
): EncodedPair {
  const longest = longestSequence + 1;
  if (sequence.ids.length <= longest) return sequence;
  throw new InputError({
    message: `${example} is too long`,
    found: `${sequence.ids.length} tokens with the prompt`,
    expected: `${longest} at most, as the model has positions for ${longestSequence} and the last needs none; smaller token limits cut texts`,
  });
}
