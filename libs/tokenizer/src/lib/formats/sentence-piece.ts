import { addedTokens, plainToken, textOf } from '../settings/added-tokens';
import type { ConvertedTokenizer, ConvertOptions } from './converted-tokenizer';
import { definitionOf } from './converted-tokenizer';
import { mergesOfPieces } from './merges-of-pieces';
import type { RuleNode } from '../rules/pre-tokenizer';
import { PIECE } from './sentence-piece-model';
import type { Piece, SentencePieceModel } from './sentence-piece-model';
import { templateRule } from '../rules/template-rule';
import type { NamedToken } from '../rules/template-rule';

/** What a space is written as. */
const SPACE = '▁';
const sequence = (normalizers: RuleNode[]): RuleNode => ({ type: 'Sequence', normalizers });

/**
 * A SentencePiece model as a `tokenizer.json`: LLaMA's and T5's as transformers converts them, any other (Baichuan) as the
 * file's own normaliser says.
 *
 * Source: transformers 4.57 `convert_slow_tokenizer.py` (`SpmConverter`, `LlamaConverter`, `T5Converter`).
 */
export function convertSentencePiece(model: SentencePieceModel, options: ConvertOptions): ConvertedTokenizer {
  const { tokenizerClass, legacyTokens } = options;
  const t5 = tokenizerClass.startsWith('T5');
  const llama = /^(Code)?Llama/.test(tokenizerClass);
  const defaults = t5
    ? { eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' }
    : { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' };
  const config: Record<string, unknown> = { ...defaults, ...options.config };
  // What the reference takes it for, with a long message, where it isn't said.
  if (llama || t5) config['legacy'] ??= true;
  const pieces = t5 ? [...model.pieces, ...extraPieces(config)] : model.pieces;
  if (t5 && config['additional_special_tokens'] === undefined) {
    config['additional_special_tokens'] = pieces
      .slice(model.pieces.length)
      .map(({ text }) => text)
      .reverse();
  }
  // LLaMA's converter gives the first three pieces the score 0, whatever the file says.
  const scored = llama ? pieces.map((piece, id) => (id < 3 ? { ...piece, score: 0 } : piece)) : pieces;
  const vocabulary = new Map(pieces.map(({ text }, id) => [text, id]));
  const marked = model.pieces.flatMap(({ text, type }, id) =>
    type === PIECE.control || type === PIECE.userDefined
      ? [{ ...plainToken(text, id), special: type === PIECE.control }]
      : [],
  );
  const added = addedTokens({ config, legacy: legacyTokens, marked, vocabulary });
  const named = (key: string): NamedToken[] => {
    const token = added.find(({ content }) => content === textOf(config[key]));
    return token ? [token] : [];
  };
  const start = t5 || config['add_bos_token'] === false ? [] : named('bos_token');
  const end = t5 || config['add_eos_token'] === true ? named('eos_token') : [];
  return {
    definition: definitionOf({
      added_tokens: added,
      ...(llama ? llamaRules(config) : t5 ? t5Rules(model, config) : fileRules(model)),
      post_processor: start.length + end.length === 0 ? null : templateRule(start, end, t5 ? 'same' : 'around'),
      model: model.kind === 'bpe' ? bpe(model, scored, llama || model.byteFallback) : unigram(model, scored),
    }),
    config,
  };
}

/** `<extra_id_99>` to `<extra_id_0>`, behind the file's pieces. */
function extraPieces(config: Record<string, unknown>): Piece[] {
  const count = config['extra_ids'] ?? 100;
  if (!Number.isInteger(count) || (count as number) < 0 || (count as number) > 10_000)
    throw new RangeError(`extra_ids is ${String(count)}`);
  return Array.from({ length: count as number }, (_, at) => ({
    text: `<extra_id_${(count as number) - 1 - at}>`,
    score: 0,
    type: PIECE.userDefined,
  }));
}

function bpe(model: SentencePieceModel, pieces: readonly Piece[], byteFallback: boolean): RuleNode {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: model.unkPiece,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: true,
    byte_fallback: byteFallback,
    ignore_merges: false,
    vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
    merges: mergesOfPieces(pieces),
  };
}

/** A Unigram model of pieces and their scores. */
export function unigram(model: Pick<SentencePieceModel, 'unkId'>, pieces: readonly Piece[]): RuleNode {
  return {
    type: 'Unigram',
    unk_id: model.unkId,
    vocab: pieces.map(({ text, score }) => [text, score]),
    byte_fallback: false,
  };
}

function llamaRules(config: Record<string, unknown>) {
  const prefix = config['add_prefix_space'] !== false;
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };
  const prepend = prefix ? [{ type: 'Prepend', prepend: SPACE }] : [];
  const metaspace = { type: 'Metaspace', replacement: SPACE, prepend_scheme: prefix ? 'first' : 'never', split: false };
  const legacy = config['legacy'] !== false;
  return {
    normalizer: legacy ? sequence([...prepend, replace]) : null,
    pre_tokenizer: legacy ? null : metaspace,
    decoder: byteDecoder(prefix),
  };
}

/** Normaliser, splits and decoder that the reference gives SentencePiece models in general. */
export function t5Rules(model: SentencePieceModel, config: Record<string, unknown>) {
  const prefix = config['add_prefix_space'] !== false;
  const scheme = !prefix ? 'never' : config['legacy'] === false ? 'first' : 'always';
  const metaspace = { type: 'Metaspace', replacement: SPACE, prepend_scheme: scheme, split: true };
  return {
    normalizer: sequence([
      ...charsMap(model),
      { type: 'Strip', strip_left: false, strip_right: true },
      { type: 'Replace', pattern: { Regex: ' {2,}' }, content: SPACE },
    ]),
    pre_tokenizer: metaspace,
    decoder: metaspace,
  };
}

/** The normaliser that the file describes, as SentencePiece itself applies it. */
function fileRules(model: SentencePieceModel) {
  const tidy = model.removeExtraSpaces
    ? [
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
        { type: 'Replace', pattern: { Regex: '\\A | \\z' }, content: '' },
      ]
    : [];
  const prepend = model.addDummyPrefix ? [{ type: 'Prepend', prepend: SPACE }] : [];
  return {
    normalizer: sequence([
      ...charsMap(model),
      ...tidy,
      ...prepend,
      { type: 'Replace', pattern: { String: ' ' }, content: SPACE },
    ]),
    pre_tokenizer: null,
    decoder: byteDecoder(model.addDummyPrefix),
  };
}

function charsMap({ charsMap: bytes }: SentencePieceModel): RuleNode[] {
  return bytes.length === 0
    ? []
    : [{ type: 'Precompiled', precompiled_charsmap: Buffer.from(bytes).toString('base64') }];
}

function byteDecoder(stripFirst: boolean): RuleNode {
  const strip = stripFirst ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [];
  return {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: SPACE }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      ...strip,
    ],
  };
}
