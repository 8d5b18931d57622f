import { InputError } from '@tsarank/io';
import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { realNumber, wholeNumber } from '../options/option-values';
import { modelOption, optionalPath } from '../options/shared-options';
import { requireWritableFile } from '../writable';

const options = {
  model: modelOption,
  prompts: optionalPath('prompts', 'Texts to continue: {"prompt", …} a line'),
  prompt: { describe: 'One text to continue, instead of a file', requiresArg: true, string: true, coerce: promptText },
  'max-new-tokens': {
    describe: 'Most tokens that a text gets',
    default: 64,
    requiresArg: true,
    coerce: wholeNumber('max-new-tokens'),
  },
  temperature: {
    describe: 'Draws from logits divided by it; 0 takes the likeliest token',
    default: 0,
    requiresArg: true,
    coerce: realNumber('temperature'),
  },
  'top-p': {
    describe: 'Draws from the fewest likeliest tokens that have this probability together',
    default: 1,
    requiresArg: true,
    coerce: realNumber('top-p', { above: true, most: 1 }),
  },
  'top-k': {
    describe: 'Draws from so many likeliest tokens (default: all)',
    requiresArg: true,
    coerce: wholeNumber('top-k'),
  },
  'batch-tokens': {
    describe: 'Most tokens side by side, those still to come included',
    default: 2048,
    requiresArg: true,
    coerce: wholeNumber('batch-tokens'),
  },
  out: optionalPath('out', 'File for the result instead of standard output'),
  json: { describe: 'JSON lines for --prompt too, as for --prompts', type: 'boolean', default: false },
} as const satisfies Record<string, Options>;

export const generate = defineCommand({
  name: 'generate',
  describe: 'Continue texts by a causal language model, greedily or drawing',
  options,
  examples: [
    ['$0 generate --model tiny --prompt "Document: A weakness of"', 'one text, printed as it grows'],
    ['$0 generate --model tiny --prompts prompts.jsonl --out texts.jsonl', 'the same lines with "text" and "tokens"'],
  ],
  run: async (values) => {
    if ((values.prompts === undefined) === (values.prompt === undefined)) {
      const found = values.prompt === undefined ? 'neither' : 'both';
      throw new InputError({ found, expected: 'one of --prompts and --prompt' });
    }
    if (values.out !== undefined)
      requireWritableFile(values.out, 'out', values.prompts === undefined ? [] : [values.prompts]);
    const { generateTexts } = require('../work/generate-texts') as typeof import('../work/generate-texts');
    await generateTexts(values, createLog(values.logLevel));
  },
});

/** Spaces may matter: any text but none. */
function promptText(given: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new InputError({ field: 'prompt', found: JSON.stringify(given), expected: 'a text' });
}
