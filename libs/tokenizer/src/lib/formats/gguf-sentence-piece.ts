import { convertSentencePiece } from './sentence-piece';
import type { ConvertedTokenizer } from './converted-tokenizer';
import { MAX_PIECE, PIECE } from './sentence-piece-model';

/** The lists and settings of a GGUF header that describe a SentencePiece BPE. */
export interface GgufPieces {
  tokens: readonly unknown[];
  scores: readonly unknown[];
  /** Kinds as SentencePiece numbers them. */
  kinds: readonly unknown[];
  /** The token at a key such as `bos`, where the header names one. */
  tokenAt: (key: string) => string | undefined;
  metadata: Readonly<Record<string, unknown>>;
}

/**
 * The tokenizer of kind `llama`, as transformers' LLaMA class makes it of the same pieces. How the class reads a text behind a
 * special token (`legacy`) isn't kept in GGUF; it is read as llama.cpp does, with a space in front, which is the class's default.
 *
 * Source: llama.cpp `llama-vocab.cpp` (`LLAMA_VOCAB_TYPE_SPM`).
 *
 * @throws {RangeError} saying what is wrong.
 */
export function ggufSentencePiece({ tokens, scores, kinds, tokenAt, metadata }: GgufPieces): ConvertedTokenizer {
  if (scores.length !== tokens.length || kinds.length !== tokens.length) {
    throw new RangeError(`${tokens.length} tokens with ${scores.length} scores and ${kinds.length} kinds`);
  }
  const pieces = tokens.map((text, id) => {
    const [score, type] = [scores[id], kinds[id]];
    if (typeof text !== 'string' || text === '' || Buffer.byteLength(text) > MAX_PIECE) {
      throw new RangeError(`token ${id} is not a text of 1 to ${MAX_PIECE} bytes`);
    }
    if (typeof score !== 'number' || !Number.isFinite(score) || typeof type !== 'number')
      throw new RangeError(`token ${id} has no score or no kind`);
    return { text, score, type };
  });
  const unkId = pieces.findIndex(({ type }) => type === PIECE.unknown);
  if (unkId < 0) throw new RangeError('no token is of the kind unknown');
  const flag = (key: string, absent: boolean) => (metadata[`tokenizer.ggml.${key}`] as boolean | undefined) ?? absent;
  const { definition } = convertSentencePiece(
    {
      pieces,
      kind: 'bpe',
      byteFallback: true,
      unkId,
      unkPiece: pieces[unkId]!.text,
      charsMap: new Uint8Array(),
      addDummyPrefix: true,
      removeExtraSpaces: false,
    },
    {
      tokenizerClass: 'LlamaTokenizer',
      config: {
        bos_token: tokenAt('bos') ?? null,
        eos_token: tokenAt('eos') ?? null,
        unk_token: pieces[unkId]!.text,
        add_bos_token: flag('add_bos_token', true),
        add_eos_token: flag('add_eos_token', false),
        add_prefix_space: flag('add_space_prefix', true),
      },
    },
  );
  return { definition, config: { unk_token: pieces[unkId]!.text } };
}
