import { InputError } from '@tsarank/io';
import { addedTokens, textOf } from '../settings/added-tokens';
import { definitionOf } from './converted-tokenizer';
import type { ConvertedTokenizer, ConvertOptions } from './converted-tokenizer';
import { templateRule } from '../rules/template-rule';

const DEFAULTS = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
  clean_up_tokenization_spaces: true,
};

/**
 * BERT's `vocab.txt` (one token a line, the id is the line) as a `tokenizer.json`.
 *
 * Source: transformers 4.57 `convert_slow_tokenizer.py` (`BertConverter`), `tokenization_bert.py`.
 *
 * @throws {InputError} when a special token of the class is not in the file.
 */
export function convertWordPiece(text: string, options: ConvertOptions, file?: string): ConvertedTokenizer {
  const config: Record<string, unknown> = { ...DEFAULTS, ...options.config };
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const vocabulary = new Map(lines.map((line, id) => [line.replace(/\r$/, ''), id]));
  const token = (key: string) => {
    const content = textOf(config[key]) ?? '';
    const id = vocabulary.get(content);
    if (id === undefined) throw new InputError({ file, message: `lacks the ${key} ${JSON.stringify(content)}` });
    return { content, id };
  };
  const [cls, sep] = [token('cls_token'), token('sep_token')];
  return {
    definition: definitionOf({
      added_tokens: addedTokens({ config, legacy: options.legacyTokens, vocabulary }),
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: config['tokenize_chinese_chars'] !== false,
        strip_accents: config['strip_accents'] ?? null,
        lowercase: config['do_lower_case'] !== false,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: templateRule([cls], [sep], 'after'),
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: token('unk_token').content,
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(vocabulary),
      },
    }),
    config,
  };
}
