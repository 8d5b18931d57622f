/** A tensor's place in a weight file. */
export interface TensorEntry {
  shape: readonly number[];
  /** The file's own name of the number format, `BF16` or `Q4_1`. */
  dtype: string;
}

/** Numbers of a tensor that are wanted: those from the `start`-th on, in row-major order, to fill `values`. */
export interface TensorPart {
  start: number;
  values: Float32Array;
}

/** Weights on disk, read one tensor at a time and widened to float32. */
export interface TensorSource {
  /** Named in errors: the file, or the index of a sharded one. */
  readonly file: string;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /**
   * All numbers of a tensor; or with `part` those alone, filled in and given back as `part.values`. A source that can't read
   * in parts gives all: what is given back is `part.values` or the whole.
   */
  read(name: string, part?: TensorPart): Float32Array;
  close(): void;
}
