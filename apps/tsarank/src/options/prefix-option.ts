import { InputError } from '@tsarank/io';
import type { Options } from 'yargs';

/** Text before one of the two texts that a classifier reads; it may be empty. */
export function prefixOption<const Text extends 'query' | 'document'>(text: Text) {
  return {
    describe:
      `For classification: what is put before the ${text} (without it "${text}: " for a decoder with a classification head, as ` +
      'RankLLaMA was trained, and nothing for a cross-encoder)',
    requiresArg: true,
    coerce: (given: unknown): string => {
      if (typeof given === 'string') return given;
      throw new InputError({ field: `${text}-prefix`, found: JSON.stringify(given), expected: 'a text' });
    },
  } as const satisfies Options;
}
