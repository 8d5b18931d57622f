import { InputError } from '@tsarank/io';
import { protobufFields } from './protobuf-fields';
import type { ProtobufField } from './protobuf-fields';

/** Kinds of pieces (`SentencePiece.Type`). */
export const PIECE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

export interface Piece {
  text: string;
  score: number;
  type: number;
}

/** What a SentencePiece file says, as far as it matters for tokenizing. */
export interface SentencePieceModel {
  pieces: Piece[];
  kind: 'unigram' | 'bpe';
  byteFallback: boolean;
  unkId: number;
  unkPiece: string;
  /** The precompiled normalisation map; empty where there is none. */
  charsMap: Uint8Array;
  addDummyPrefix: boolean;
  removeExtraSpaces: boolean;
}

/** Longer pieces are refused: the splits of a piece into two grow with the square of its length. Trainers stop at 16 to 64. */
export const MAX_PIECE = 1000;
const KINDS: Record<number, SentencePieceModel['kind']> = { 1: 'unigram', 2: 'bpe' };

/**
 * Read a SentencePiece model (`tokenizer.model`, `spiece.model`).
 *
 * Source: google/sentencepiece `sentencepiece_model.proto` (field numbers and defaults).
 *
 * @throws {InputError} naming the file when it is broken, or of a kind other than Unigram and BPE.
 */
export function readSentencePieceModel(bytes: Uint8Array, file?: string): SentencePieceModel {
  try {
    return modelOf(bytes);
  } catch (error) {
    throw new InputError({ file, message: `not a SentencePiece model that can be read (${(error as Error).message})` });
  }
}

function modelOf(bytes: Uint8Array): SentencePieceModel {
  const pieces: Piece[] = [];
  let trainer: Fields = new Map();
  let normalizer: Fields = new Map();
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) pieces.push(pieceOf(field, pieces.length));
    else if (field.number === 2) trainer = fieldsOf(field);
    else if (field.number === 3) normalizer = fieldsOf(field);
  }
  if (pieces.length === 0) throw new RangeError('it has no pieces');
  const kind = KINDS[integer(trainer, 3, 1)];
  if (!kind) throw new RangeError(`model_type ${integer(trainer, 3, 1)}; read are 1 (Unigram) and 2 (BPE)`);
  const unkId = integer(trainer, 40, 0);
  if (pieces[unkId]?.type !== PIECE.unknown) throw new RangeError(`unk_id ${unkId} is not that of the unknown piece`);
  return {
    pieces,
    kind,
    byteFallback: integer(trainer, 35, 0) !== 0,
    unkId,
    unkPiece: pieces[unkId].text,
    charsMap: normalizer.get(2)?.bytes ?? new Uint8Array(),
    addDummyPrefix: integer(normalizer, 3, 1) !== 0,
    removeExtraSpaces: integer(normalizer, 4, 1) !== 0,
  };
}

type Fields = Map<number, ProtobufField>;

/** The last of equal fields holds, as protobuf has it. */
function fieldsOf(message: ProtobufField): Fields {
  if (!message.bytes) throw new RangeError(`field ${message.number} is not a message`);
  return new Map([...protobufFields(message.bytes)].map((field) => [field.number, field]));
}

function integer(fields: Fields, number: number, absent: number): number {
  const field = fields.get(number);
  if (field && field.integer === undefined) throw new RangeError(`field ${number} is not a number`);
  return field?.integer === undefined ? absent : Number(BigInt.asIntN(32, field.integer));
}

function pieceOf(message: ProtobufField, id: number): Piece {
  const fields = fieldsOf(message);
  const bytes = fields.get(1)?.bytes;
  if (!bytes || bytes.length === 0) throw new RangeError(`piece ${id} is empty`);
  if (bytes.length > MAX_PIECE)
    throw new RangeError(`piece ${id} has ${bytes.length} bytes, ${MAX_PIECE} at most are read`);
  const bits = fields.get(2)?.integer ?? 0n;
  const score = new Float32Array(Uint32Array.of(Number(BigInt.asUintN(32, bits))).buffer)[0];
  if (!Number.isFinite(score)) throw new RangeError(`the score of piece ${id} is not a finite number`);
  return {
    text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    score: score!,
    type: integer(fields, 3, 1),
  };
}
