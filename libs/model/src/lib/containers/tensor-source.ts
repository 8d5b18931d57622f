/** A tensor's place in a weight file. */
export interface TensorEntry {
  shape: readonly number[];
  /** The file's own name of the number format, `BF16` or `Q4_1`. */
  dtype: string;
}

/** Weights on disk, read one tensor at a time and widened to float32. */
export interface TensorSource {
  /** Named in errors: the file, or the index of a sharded one. */
  readonly file: string;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  read(name: string): Float32Array;
  close(): void;
}
