import { InputError } from '@tsarank/io';
import { bytePairModel } from './byte-pair-model';
import { addedTokens, textOf } from '../settings/added-tokens';
import { definitionOf } from './converted-tokenizer';
import type { ConvertedTokenizer, ConvertOptions } from './converted-tokenizer';
import type { Merge } from './merges-of-pieces';
import { BYTE_DECODER, BYTE_LEVEL, BYTES_ONLY, modernSplit, sequence, splitRule } from '../rules/pre-tokenizer';
import { templateRule } from '../rules/template-rule';

const END = '<|endoftext|>';
const NAMES: Record<string, Record<string, unknown>> = {
  GPT2: { bos_token: END, eos_token: END, unk_token: END },
  Qwen2: { eos_token: END, unk_token: END, pad_token: END },
  Roberta: {
    bos_token: '<s>',
    eos_token: '</s>',
    unk_token: '<unk>',
    sep_token: '</s>',
    pad_token: '<pad>',
    cls_token: '<s>',
    // In the spelling of the configuration: the class takes no plain object.
    mask_token: {
      __type: 'AddedToken',
      content: '<mask>',
      lstrip: true,
      normalized: false,
      rstrip: false,
      single_word: false,
    },
  },
};

/** Files of a byte-level BPE in GPT-2's form. */
export interface ByteLevelFiles {
  vocabulary: Record<string, unknown>;
  merges: string;
}

/**
 * GPT-2's `vocab.json` and `merges.txt` as a `tokenizer.json`, for GPT-2 (GPT-Neo, OPT), Qwen2 and RoBERTa.
 *
 * Source: transformers 4.57 `convert_slow_tokenizer.py` (`GPT2Converter`, `Qwen2Converter`, `RobertaConverter`).
 *
 * @throws {InputError} when the class is another, or a line of the merges is none.
 */
export function convertByteLevel(
  { vocabulary, merges }: ByteLevelFiles,
  options: ConvertOptions,
  file?: string,
): ConvertedTokenizer {
  const family = options.tokenizerClass.replace(/Tokenizer(Fast)?$/, '');
  if (!Object.hasOwn(NAMES, family)) {
    throw new InputError({
      file,
      message: `vocab.json and merges.txt are read for GPT2Tokenizer, Qwen2Tokenizer and RobertaTokenizer, not ${options.tokenizerClass}`,
    });
  }
  const config: Record<string, unknown> = { ...NAMES[family], ...options.config };
  const ids = new Map(Object.entries(vocabulary) as [string, number][]);
  const added = addedTokens({ config, legacy: options.legacyTokens, vocabulary: ids });
  const named = (key: string) => added.find(({ content }) => content === textOf(config[key]));
  const prefix = config['add_prefix_space'] === true;
  const bos = config['add_bos_token'] === true ? named('bos_token') : undefined;
  const [cls, sep] = [named('cls_token'), named('sep_token')];
  const post =
    family === 'Roberta' && cls && sep
      ? {
          type: 'RobertaProcessing',
          sep: [sep.content, sep.id],
          cls: [cls.content, cls.id],
          trim_offsets: true,
          add_prefix_space: prefix,
        }
      : family === 'GPT2' && bos
        ? templateRule([bos], [], 'bare')
        : { ...BYTE_DECODER, trim_offsets: false };
  return {
    definition: definitionOf({
      added_tokens: added,
      normalizer: family === 'Qwen2' ? { type: 'NFC' } : null,
      pre_tokenizer:
        family === 'Qwen2'
          ? sequence(splitRule(modernSplit('\\p{N}')), { ...BYTES_ONLY, add_prefix_space: prefix })
          : { ...BYTE_LEVEL, add_prefix_space: prefix },
      post_processor: post,
      decoder: BYTE_DECODER,
      model: bytePairModel({ vocab: vocabulary, merges: mergesOf(merges, file), affix: '' }),
    }),
    config,
  };
}

/** Lines of two tokens; a first line may say the version. */
function mergesOf(text: string, file: string | undefined): Merge[] {
  return text.split('\n').flatMap((content, at): Merge[] => {
    const line = content.replace(/\r$/, '');
    if (line === '' || (at === 0 && line.startsWith('#version'))) return [];
    const parts = line.split(' ');
    if (parts.length !== 2 || parts.includes(''))
      throw new InputError({ file, message: `line ${at + 1}: expected two tokens` });
    return [[parts[0]!, parts[1]!]];
  });
}
