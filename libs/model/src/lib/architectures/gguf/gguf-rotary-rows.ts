/**
 * Row of the file for row `row` of a query or key matrix: llama.cpp's rotary turns neighbours, so its rows (k, half) of a
 * head stand where Hugging Face has (half, k).
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`LlamaModel.permute`).
 */
export function neighbourRow(row: number, headSize: number): number {
  const within = row % headSize;
  const half = Math.floor(within / (headSize / 2));
  const k = within % (headSize / 2);
  return row - within + 2 * k + half;
}
