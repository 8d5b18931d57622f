import { resolve } from 'node:path';
import { openGguf } from './gguf/gguf-source';
import { openSafetensors } from './safetensors/safetensors-reader';
import { openShardedSafetensors } from './sharded-safetensors';
import { openTorchFile } from './torch/torch-source';

const reference = resolve(__dirname, '../../../../../test/reference');

describe.each([
  ['safetensors', () => openSafetensors(`${reference}/llama-tied/model.safetensors`)],
  ['sharded bfloat16', () => openShardedSafetensors(`${reference}/llama-sharded-bf16/model.safetensors.index.json`)],
  ['views, float16 and float64 in pytorch_model.bin', () => openTorchFile(`${reference}/bin-views/pytorch_model.bin`)],
  ['every block format of GGUF', () => openGguf(`${reference}/gguf-blocks/blocks.gguf`)],
])('parts of a tensor: %s', (_, open) => {
  const source = open();
  afterAll(() => source.close());
  const names = [...source.entries].filter(([, { dtype }]) => !/^[IUB]\d*$|^BOOL$/.test(dtype)).map(([name]) => name);

  it('are those of the whole, wherever they begin and end', () => {
    for (const name of names) {
      const whole = source.read(name);
      for (const start of [0, 1, Math.floor(whole.length / 3)]) {
        for (const end of [start, start + 1, Math.ceil(whole.length / 2), whole.length].filter(
          (each) => each >= start && each <= whole.length,
        )) {
          const values = new Float32Array(end - start);
          const found = source.read(name, { start, values });
          // A view that doesn't lie in order comes whole.
          expect(found === values ? values : found).toEqual(found === values ? whole.slice(start, end) : whole);
        }
      }
    }
  });

  it('are refused beyond the end', () => {
    const name = names.find((each) => source.read(each, { start: 0, values: new Float32Array(0) }).length === 0)!;
    const { length } = source.read(name);
    expect(() => source.read(name, { start: length, values: new Float32Array(1) })).toThrow(RangeError);
  });
});
