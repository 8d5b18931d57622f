import type { Rearranged } from '../architecture';

/**
 * Query, key and value of each head side by side, [H, 3, d], which the converter writes as three blocks, [3, H, d].
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`BloomModel`, `GPTNeoXModel`).
 */
export const fusedHeadByHead: Rearranged = {
  kind: 'rows',
  rowOf: (row, { heads, headSize }) => {
    const head = Math.floor(row / (3 * headSize));
    const part = Math.floor(row / headSize) % 3;
    return part * heads * headSize + head * headSize + (row % headSize);
  },
};
