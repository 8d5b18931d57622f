import { InputError } from '@tsarank/io';
import type { GgufSource } from '../../containers/gguf/gguf-source';

/** Metadata of one model in a GGUF file, as its architecture's `config.json` wants them. */
export class GgufConfig {
  constructor(
    readonly source: GgufSource,
    /** GGUF's name of the architecture, the beginning of its keys. */
    readonly type: string,
  ) {}

  /** `embedding_length`: the value of `bloom.embedding_length`. */
  value(key: string): unknown {
    return this.source.metadata[`${this.type}.${key}`];
  }

  has(tensor: string): boolean {
    return this.source.entries.has(tensor);
  }

  /** Rows of a tensor; undefined where there is none. */
  rows(tensor: string): number | undefined {
    return this.source.entries.get(tensor)?.shape[0];
  }

  get headSize(): number {
    return Number(this.value('embedding_length')) / Number(this.value('attention.head_count'));
  }

  /** Rows of the embedding: some converters pad the token list, some the matrix. */
  get vocabularySize(): unknown {
    const tokens = this.source.metadata['tokenizer.ggml.tokens'];
    return (
      this.rows('token_embd.weight') ?? this.value('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined)
    );
  }

  /**
   * Whether the output matrix is the embedding. Converters of 2023 and 2024 write that of BLOOM and GPT-2 a second time.
   */
  get isTied(): boolean {
    return !this.has('output.weight') || this.isSame('output.weight', 'token_embd.weight');
  }

  /** What is the same for all families. */
  general(className: string): Record<string, unknown> {
    const id = (key: string) => this.source.metadata[`tokenizer.ggml.${key}_token_id`] ?? null;
    return {
      architectures: [className],
      bos_token_id: id('bos'),
      dtype: 'float32',
      eos_token_id: id('eos'),
      pad_token_id: id('padding'),
      use_cache: true,
      vocab_size: this.vocabularySize,
    };
  }

  wrong(key: string, expected: string): InputError {
    const found = this.value(key);
    return new InputError({
      file: this.source.file,
      field: `${this.type}.${key}`,
      found: found === undefined ? 'nothing' : String(found),
      expected,
    });
  }

  private isSame(a: string, b: string): boolean {
    const { shape } = this.source.entries.get(a)!;
    if (String(this.source.entries.get(b)?.shape) !== String(shape)) return false;
    const count = shape.reduce((product, size) => product * size, 1);
    for (let start = 0; start < count; start += COMPARED_AT_ONCE) {
      const read = (name: string) => {
        const values = new Float32Array(Math.min(COMPARED_AT_ONCE, count - start));
        return Buffer.from(this.source.read(name, { start, values }).buffer);
      };
      if (!read(a).equals(read(b))) return false;
    }
    return true;
  }
}

const COMPARED_AT_ONCE = 1 << 18;
