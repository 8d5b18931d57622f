import type { GgufLayout, Rearranged } from '../architectures/architecture';
import type { GgufSource } from '../containers/gguf/gguf-source';
import type { TensorEntry, TensorSource } from '../containers/tensor-source';
import type { ModelConfig } from '../model-config';

/**
 * The tensors of a GGUF file under the names and in the layout that Hugging Face has. Those that aren't known keep their
 * names.
 */
export function ggufHubSource(source: GgufSource, layout: GgufLayout, config: ModelConfig): TensorSource {
  const homes = new Map<string, string[]>();
  for (const stored of source.entries.keys()) {
    const name = layout.nameOf(stored);
    if (name !== null) homes.set(name ?? stored, [...(homes.get(name ?? stored) ?? []), stored]);
  }
  const entries = new Map(
    [...homes].map(([name, stored]) => [name, entryOf(stored, source, layout.rearranged?.(name))]),
  );
  return {
    file: source.file,
    entries,
    read(name, part) {
      const rearranged = layout.rearranged?.(name);
      const stored = homes.get(name) ?? [name];
      if (!rearranged) return source.read(stored[0]!, part);
      if (rearranged.kind === 'transposed') return transposed(source.read(stored[0]!), entries.get(name)!.shape);
      const values = joined(inOrder(stored, rearranged.parts).map((each) => source.read(each)));
      return reordered(values, entries.get(name)!.shape[0]!, (row) => rearranged.rowOf(row, config));
    },
    close: () => source.close(),
  };
}

function entryOf(stored: readonly string[], source: GgufSource, rearranged: Rearranged | undefined): TensorEntry {
  const entries = stored.map((name) => source.entries.get(name)!);
  const { shape, dtype } = entries[0]!;
  if (rearranged?.kind === 'transposed') return { shape: [...shape].reverse(), dtype };
  if (rearranged?.kind !== 'rows' || !rearranged.parts) return { shape, dtype };
  return { shape: [entries.reduce((rows, entry) => rows + entry.shape[0]!, 0), ...shape.slice(1)], dtype };
}

function inOrder(stored: readonly string[], parts: readonly string[] = []): string[] {
  const place = (name: string) => parts.findIndex((part) => name.includes(`.${part}.`));
  return [...stored].sort((a, b) => place(a) - place(b));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** @param shape Of the result, [rows, columns]. */
function transposed(data: Float32Array, shape: readonly number[]): Float32Array {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < rows; row += 1) result[row * columns + column] = data[column * rows + row]!;
  }
  return result;
}

function reordered(data: Float32Array, rows: number, rowOf: (row: number) => number): Float32Array {
  const width = data.length / rows;
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    const from = rowOf(row) * width;
    result.set(data.subarray(from, from + width), row * width);
  }
  return result;
}
