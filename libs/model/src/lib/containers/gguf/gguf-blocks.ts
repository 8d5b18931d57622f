import { fromBfloat16, fromFloat16 } from '../half-precision';

/** How a run of weights is packed. */
export interface BlockFormat {
  /** Number of the format in the file. */
  id: number;
  /** Weights and bytes of one block. */
  weights: number;
  bytes: number;
  /** Unpack the block at byte `at` into `out` from index `to`. */
  read(view: DataView, at: number, out: Float32Array, to: number): void;
}

const half = (view: DataView, at: number) => fromFloat16(view.getUint16(at, true));

/** Two 4-bit numbers a byte: low nibbles are weights 0 … 15, high nibbles 16 … 31. */
function nibbles(view: DataView, at: number, out: Float32Array, to: number, value: (nibble: number) => number): void {
  for (let i = 0; i < 16; i += 1) {
    const byte = view.getUint8(at + i);
    out[to + i] = value(byte & 15);
    out[to + 16 + i] = value(byte >> 4);
  }
}

/**
 * Formats by name. d is a block's scale, m its offset, q a stored integer.
 *
 * F32, F16, BF16: as they are. Q8_0: d·q, int8. Q4_0: d·(q - 8). Q4_1: d·q + m. Q4_K: 8 groups of 32 with 6-bit
 * scales and offsets, d·s·q - dmin·m. Q6_K: 16 groups of 16 with 8-bit scales, d·s·(q - 32).
 *
 * Source: llama.cpp `ggml-quants.c`; its Python twin `gguf/quants.py` is what the parity spec compares with.
 */
export const blockFormats: Readonly<Record<string, BlockFormat>> = {
  F32: {
    id: 0,
    weights: 1,
    bytes: 4,
    read: (view, at, out, to) => {
      out[to] = view.getFloat32(at, true);
    },
  },
  F16: {
    id: 1,
    weights: 1,
    bytes: 2,
    read: (view, at, out, to) => {
      out[to] = half(view, at);
    },
  },
  Q4_0: {
    id: 2,
    weights: 32,
    bytes: 18,
    read: (view, at, out, to) => {
      const d = half(view, at);
      nibbles(view, at + 2, out, to, (q) => d * (q - 8));
    },
  },
  Q4_1: {
    id: 3,
    weights: 32,
    bytes: 20,
    read: (view, at, out, to) => {
      const d = half(view, at);
      const m = half(view, at + 2);
      nibbles(view, at + 4, out, to, (q) => d * q + m);
    },
  },
  Q8_0: {
    id: 8,
    weights: 32,
    bytes: 34,
    read: (view, at, out, to) => {
      const d = half(view, at);
      for (let i = 0; i < 32; i += 1) out[to + i] = d * view.getInt8(at + 2 + i);
    },
  },
  Q4_K: { id: 12, weights: 256, bytes: 144, read: readQ4K },
  Q6_K: { id: 14, weights: 256, bytes: 210, read: readQ6K },
  BF16: {
    id: 30,
    weights: 1,
    bytes: 2,
    read: (view, at, out, to) => {
      out[to] = fromBfloat16(view.getUint16(at, true));
    },
  },
};

/** f16 d, f16 dmin, 12 bytes of 6-bit scales and offsets, 128 bytes of nibbles (two groups share 32 bytes). */
function readQ4K(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = half(view, at);
  const dmin = half(view, at + 2);
  const packed = (index: number) => view.getUint8(at + 4 + index);
  for (let group = 0; group < 8; group += 1) {
    const late = group >= 4;
    const scale = late ? (packed(group + 4) & 15) | ((packed(group - 4) >> 6) << 4) : packed(group) & 63;
    const offset = late ? (packed(group + 4) >> 4) | ((packed(group) >> 6) << 4) : packed(group + 4) & 63;
    const shift = (group & 1) * 4;
    const bytes = at + 16 + (group >> 1) * 32;
    for (let i = 0; i < 32; i += 1) {
      const q = (view.getUint8(bytes + i) >> shift) & 15;
      out[to + group * 32 + i] = d * scale * q - dmin * offset;
    }
  }
}

/** 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 int8 scales, f16 d; in two halves of 128 weights. */
function readQ6K(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = half(view, at + 208);
  for (let part = 0; part < 2; part += 1) {
    for (let row = 0; row < 4; row += 1) {
      for (let i = 0; i < 32; i += 1) {
        const low = (view.getUint8(at + part * 64 + (row & 1) * 32 + i) >> ((row >> 1) * 4)) & 15;
        const high = (view.getUint8(at + 128 + part * 32 + i) >> (row * 2)) & 3;
        const scale = view.getInt8(at + 192 + part * 8 + row * 2 + (i >> 4));
        out[to + part * 128 + row * 32 + i] = d * scale * ((low | (high << 4)) - 32);
      }
    }
  }
}
