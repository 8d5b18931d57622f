import { addedTokens, plainToken, textOf } from '../settings/added-tokens';
import { definitionOf } from './converted-tokenizer';
import type { ConvertedTokenizer, ConvertOptions } from './converted-tokenizer';
import { t5Rules, unigram } from './sentence-piece';
import { PIECE } from './sentence-piece-model';
import type { Piece, SentencePieceModel } from './sentence-piece-model';

const MASK = '<mask>';
const DEFAULTS = {
  bos_token: '<s>',
  eos_token: '</s>',
  sep_token: '</s>',
  cls_token: '<s>',
  unk_token: '<unk>',
  pad_token: '<pad>',
  // In the spelling of the configuration: the class takes no plain object.
  mask_token: {
    __type: 'AddedToken',
    content: MASK,
    lstrip: true,
    normalized: false,
    rstrip: false,
    single_word: false,
  },
};

/** Ids that stand before those of the SentencePiece file, and how many of its pieces they take the place of. */
interface Offset {
  first: readonly [text: string, score: number][];
  skipped: number;
  additional?: readonly string[];
}
const XLM_ROBERTA: Offset = {
  first: [
    ['<s>', 0],
    ['<pad>', 0],
    ['</s>', 0],
    ['<unk>', 0],
  ],
  skipped: 3,
};
const CAMEMBERT: Offset = {
  first: [
    ['<s>NOTUSED', 0],
    ['<pad>', 0],
    ['</s>NOTUSED', 0],
    ['<unk>', 0],
    ['<unk>NOTUSED', -100],
  ],
  skipped: 1,
  additional: ['<s>NOTUSED', '</s>NOTUSED', '<unk>NOTUSED'],
};

/** Classes whose ids are fairseq's: `<s>`, `<pad>`, `</s>`, `<unk>` first, `<mask>` last, the file's pieces between. */
export function isFairseq(tokenizerClass: string): boolean {
  return /^(XLMRoberta|Camembert)Tokenizer/.test(tokenizerClass);
}

/**
 * XLM-RoBERTa's and CamemBERT's `sentencepiece.bpe.model` (a Unigram model, for all its name) as a `tokenizer.json`.
 *
 * Source: transformers 4.57 `convert_slow_tokenizer.py` (`XLMRobertaConverter`, `CamembertConverter`).
 *
 * @throws {RangeError} when the model is no Unigram model.
 */
export function convertFairseq(model: SentencePieceModel, options: ConvertOptions): ConvertedTokenizer {
  if (model.kind === 'bpe')
    throw new RangeError(`a BPE model, expected the Unigram model of ${options.tokenizerClass}`);
  const { first, skipped, additional } = options.tokenizerClass.startsWith('Camembert') ? CAMEMBERT : XLM_ROBERTA;
  const config: Record<string, unknown> = {
    ...DEFAULTS,
    ...(additional && { additional_special_tokens: additional }),
    ...options.config,
  };
  const own = (text: string, score: number): Piece => ({ text, score, type: PIECE.control });
  const pieces = [...first.map(([text, score]) => own(text, score)), ...model.pieces.slice(skipped), own(MASK, 0)];
  const vocabulary = new Map(pieces.map(({ text }, id) => [text, id]));
  const marked = model.pieces.flatMap(({ text, type }) => {
    const id = vocabulary.get(text);
    const isMarked = type === PIECE.control || type === PIECE.userDefined;
    return isMarked && id !== undefined ? [{ ...plainToken(text, id), special: type === PIECE.control }] : [];
  });
  const added = addedTokens({ config, legacy: options.legacyTokens, marked, vocabulary });
  const special = ['cls_token', 'sep_token'].map((key) => {
    const content = textOf(config[key]) ?? '';
    const token = added.find((each) => each.content === content);
    if (!token) throw new RangeError(`its ${key} is ${JSON.stringify(content)}, which it lacks`);
    return token;
  });
  const [cls, sep] = special.map(({ content }) => ({ SpecialToken: { id: content, type_id: 0 } }));
  const [one, other] = ['A', 'B'].map((id) => ({ Sequence: { id, type_id: 0 } }));
  return {
    definition: definitionOf({
      added_tokens: added,
      ...t5Rules(model, config),
      post_processor: {
        type: 'TemplateProcessing',
        single: [cls, one, sep],
        pair: [cls, one, sep, sep, other, sep],
        special_tokens: Object.fromEntries(
          special.map(({ content, id }) => [content, { id: content, ids: [id], tokens: [content] }]),
        ),
      },
      model: unigram({ unkId: vocabulary.get('<unk>')! }, pieces),
    }),
    config,
  };
}
