import { InputError } from '@tsarank/io';

/** @throws {InputError} when a token id lies beyond a model's vocabulary: its tokenizer is another model's. */
export function requireKnownIds(ids: readonly number[], vocabularySize: number): void {
  const beyond = ids.find((id) => id >= vocabularySize);
  if (beyond === undefined) return;
  const expected = `ids below the vocabulary size ${vocabularySize}`;
  throw new InputError({
    message: 'the tokenizer does not belong to the model',
    found: `token id ${beyond}`,
    expected,
  });
}
