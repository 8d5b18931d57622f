/** One field of a protobuf message: its number and its raw value. */
export interface ProtobufField {
  number: number;
  /** Varint, and fixed 64 and 32 bit values as unsigned integers. */
  integer?: bigint;
  /** Strings, bytes, messages. */
  bytes?: Uint8Array;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * The fields of one protobuf message, in the order of the bytes. Values are views: nothing is copied, so memory is bounded by
 * the input.
 *
 * @throws {RangeError} when a field runs past the end, or is of a kind that proto2 messages don't have.
 *
 * Source: protobuf.dev, Encoding.
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError(`a number runs past the end, at byte ${at - 1}`);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError(`a number of more than 10 bytes, at byte ${at}`);
  };
  const take = (length: number): number => {
    if (length > bytes.length - at) throw new RangeError(`a field of ${length} bytes runs past the end, at byte ${at}`);
    at += length;
    return at - length;
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        yield { number, integer: varint() };
        break;
      case FIXED64:
        yield { number, integer: view.getBigUint64(take(8), true) };
        break;
      case FIXED32:
        yield { number, integer: BigInt(view.getUint32(take(4), true)) };
        break;
      case BYTES: {
        const length = Number(varint());
        const start = take(length);
        yield { number, bytes: bytes.subarray(start, start + length) };
        break;
      }
      default:
        throw new RangeError(`field ${number} is of the unknown kind ${tag % 8}, at byte ${at}`);
    }
  }
}
