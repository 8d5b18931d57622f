import { join } from 'node:path';
import { InputError } from '@tsarank/io';
import { convertByteLevel } from './byte-level';
import { convertFairseq, isFairseq } from './fairseq';
import { convertSentencePiece } from './sentence-piece';
import { convertTiktoken } from './tiktoken';
import { convertWordPiece } from './word-piece';
import type { ConvertedTokenizer } from './converted-tokenizer';
import { readSentencePieceModel } from './sentence-piece-model';
import type { TokenizerFile } from '../tokenizer';

/** Files that a tokenizer can be made of, the first that is there is taken; `merges.txt` goes with `vocab.json`. */
export const VOCABULARY_FILES = [
  'tokenizer.model',
  'spiece.model',
  'sentencepiece.bpe.model',
  'qwen.tiktoken',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
];

export interface FolderParts {
  folder: string;
  files: readonly TokenizerFile[];
  config: Record<string, unknown>;
  /** `model_type` of `config.json`, for a folder whose tokenizer's class isn't said. */
  modelType: unknown;
  legacyTokens: Record<string, unknown>;
}

/** The reference's class for a model whose folder doesn't say it, as far as the files leave a choice. */
const CLASS_OF_MODEL: Record<string, string> = {
  baichuan: 'BaichuanTokenizer',
  camembert: 'CamembertTokenizer',
  llama: 'LlamaTokenizer',
  mistral: 'LlamaTokenizer',
  t5: 'T5Tokenizer',
  qwen2: 'Qwen2Tokenizer',
  qwen3: 'Qwen2Tokenizer',
  roberta: 'RobertaTokenizer',
  'xlm-roberta': 'XLMRobertaTokenizer',
};
const CLASS_OF_FILE: Record<string, string> = {
  'tokenizer.model': 'LlamaTokenizer',
  'sentencepiece.bpe.model': 'XLMRobertaTokenizer',
  'spiece.model': 'T5Tokenizer',
  'qwen.tiktoken': 'QWenTokenizer',
  'vocab.json': 'GPT2Tokenizer',
  'vocab.txt': 'BertTokenizer',
};
/** Classes of the reference that are code beside the model: the saved folder names the general class instead. */
const REMOTE = ['BaichuanTokenizer', 'QWenTokenizer'];

/**
 * The tokenizer of a folder without `tokenizer.json`, converted, with the configuration to save beside it.
 *
 * @throws {InputError} naming the file that is missing or broken.
 */
export function convertFolder({ folder, files, config, modelType, legacyTokens }: FolderParts): ConvertedTokenizer {
  const source = VOCABULARY_FILES.find((name) => files.some((file) => file.name === name))!;
  const said = config['tokenizer_class'] ?? CLASS_OF_MODEL[String(modelType)] ?? CLASS_OF_FILE[source];
  const tokenizerClass = String(said).replace(/Fast$/, '');
  const bytesOf = (name: string) => {
    const found = files.find((file) => file.name === name);
    if (!found) throw new InputError({ file: join(folder, name), message: 'no such file' });
    return found.bytes;
  };
  const textOf = (name: string) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(name));
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError({ file: join(folder, name), message: 'not UTF-8' });
    }
  };
  const options = { tokenizerClass, config, legacyTokens };
  const file = join(folder, source);
  const convert = (): ConvertedTokenizer => {
    if (source.endsWith('.model')) {
      const model = readSentencePieceModel(bytesOf(source), file);
      return isFairseq(tokenizerClass) ? convertFairseq(model, options) : convertSentencePiece(model, options);
    }
    if (source === 'qwen.tiktoken') return convertTiktoken(textOf(source), options, file);
    if (source === 'vocab.txt') return convertWordPiece(textOf(source), options, file);
    const merges = textOf('merges.txt');
    return convertByteLevel(
      { vocabulary: vocabularyOf(textOf('vocab.json'), join(folder, 'vocab.json')), merges },
      options,
      file,
    );
  };
  const converted = convert();
  const { auto_map: code, ...rest } = converted.config;
  const general = REMOTE.includes(tokenizerClass);
  return {
    ...converted,
    config: general
      ? { ...rest, tokenizer_class: 'PreTrainedTokenizerFast' }
      : { ...rest, ...(code !== undefined && { auto_map: code }), tokenizer_class: tokenizerClass },
  };
}

function vocabularyOf(text: string, file: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new InputError({ file, message: `not JSON (${(error as Error).message})` });
  }
  throw new InputError({ file, message: 'expected a JSON object of tokens and ids' });
}
