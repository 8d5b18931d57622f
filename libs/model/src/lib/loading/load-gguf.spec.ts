import { resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { architectures } from '../architectures';
import type { GgufSource } from '../containers/gguf/gguf-source';
import { openGguf } from '../containers/gguf/gguf-source';
import { openSafetensors } from '../containers/safetensors/safetensors-reader';
import { rotaryFrequencies } from '../parts/rotary-frequencies';
import { ggufHubSource } from './gguf-hub-source';

const reference = resolve(__dirname, '../../../../../test/reference');

describe('SmolLM3 in GGUF', () => {
  const source = openGguf(`${reference}/smollm3-tied/model.gguf`);
  const { gguf, readConfig } = architectures['smollm3']!;
  const config = readConfig(gguf!.rawConfig(source));
  afterAll(() => source.close());

  it('has every fourth block without positions, as llama.cpp takes it', () => {
    expect(readConfig({ ...config.raw, num_hidden_layers: 8 })).toMatchObject({
      rotaryLayers: [true, true, true, false, true, true, true, false],
    });
  });

  it('holds the tensors of the checkpoint', () => {
    const hub = ggufHubSource(source, gguf!, config);
    const expected = openSafetensors(`${reference}/smollm3-tied/model.safetensors`);
    expect([...hub.entries.keys()].sort()).toEqual([...expected.entries.keys()].sort());
    for (const name of hub.entries.keys()) expect(hub.read(name)).toEqual(expected.read(name));
    expected.close();
  });
});

/** A file of these tensors, each of zeros but where values are given. */
function fake(
  metadata: Record<string, unknown>,
  tensors: Record<string, number[]> = {},
  values: Record<string, Float32Array> = {},
): GgufSource {
  const size = (name: string) => tensors[name]!.reduce((product, each) => product * each, 1);
  return {
    file: 'x.gguf',
    metadata,
    entries: new Map(Object.entries(tensors).map(([name, shape]) => [name, { shape, dtype: 'F32' }])),
    read: (name, part) => {
      const whole = values[name] ?? new Float32Array(size(name));
      if (!part) return whole;
      part.values.set(whole.subarray(part.start, part.start + part.values.length));
      return part.values;
    },
    close: () => undefined,
  };
}

const llama = (more: Record<string, unknown> = {}) => ({
  'llama.embedding_length': 128,
  'llama.attention.head_count': 2,
  'llama.rope.freq_base': 500_000,
  ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`llama.${key}`, value])),
});
const rawLlama = (source: GgufSource) => architectures['llama']!.gguf!.rawConfig(source);

describe('rotary scaling in GGUF', () => {
  const options = { headSize: 64, theta: 500_000 };
  const factorsOf = (low: number) => {
    const scaling = {
      type: 'llama3' as const,
      factor: 32,
      lowFrequencyFactor: low,
      highFrequencyFactor: 4,
      originalMaxPositions: 8192,
    };
    const stretched = rotaryFrequencies({ ...options, scaling });
    return rotaryFrequencies({ ...options, scaling: null }).map((each, index) => each / stretched[index]!);
  };
  const withFactors = (low: number) =>
    fake(llama(), { 'rope_freqs.weight': [32] }, { 'rope_freqs.weight': factorsOf(low) });

  it('is that of LLaMA 3 where the factors of its frequencies are there', () => {
    expect(rawLlama(withFactors(1))['rope_scaling']).toEqual({
      rope_type: 'llama3',
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    });
  });

  it('is refused where they are others', () => {
    expect(() => rawLlama(withFactors(2))).toThrow(
      /x\.gguf: the factors in rope_freqs\.weight are not those of LLaMA 3\.1 to 3\.3/,
    );
  });

  it.each([
    [{}, null],
    [
      { 'rope.scaling.type': 'linear', 'rope.scaling.factor': 2 },
      { rope_type: 'linear', factor: 2 },
    ],
    [
      { 'rope.scaling.type': 'yarn', 'rope.scaling.factor': 4, 'rope.scaling.original_context_length': 16 },
      { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 16 },
    ],
  ])('%j is %j', (metadata, expected) => {
    expect(rawLlama(fake(llama(metadata)))['rope_scaling']).toEqual(expected);
  });

  it.each([
    [{ 'rope.scaling.type': 'longrope' }, 'llama.rope.scaling.type": found longrope'],
    [{ 'rope.scaling.type': 'yarn', 'rope.scaling.attn_factor': 2 }, 'llama.rope.scaling.attn_factor": found 2'],
    [{ 'rope.dimension_count': 32 }, 'llama.rope.dimension_count": found 32, expected the head size 64'],
  ])('%j is refused', (metadata, message) => {
    expect(() => rawLlama(fake(llama(metadata)))).toThrow(InputError);
    expect(() => rawLlama(fake(llama(metadata)))).toThrow(message);
  });
});

describe('what GGUF says of a model', () => {
  it('makes it Mistral where it has a sliding window', () => {
    expect(rawLlama(fake(llama({ 'attention.sliding_window': 3 })))).toMatchObject({
      model_type: 'mistral',
      sliding_window: 3,
    });
    expect(rawLlama(fake(llama()))).toMatchObject({ model_type: 'llama' });
  });

  it('is a tied head where the output matrix is left out, or is the embedding once more', () => {
    const tied = (tensors: Record<string, number[]>, values?: Record<string, Float32Array>) =>
      architectures['bloom']!.gguf!.rawConfig(fake({}, tensors, values))['tie_word_embeddings'];
    const both = { 'token_embd.weight': [3, 2], 'output.weight': [3, 2] };
    expect(tied({ 'token_embd.weight': [3, 2] })).toBe(true);
    expect(tied(both)).toBe(true);
    expect(tied(both, { 'output.weight': Float32Array.of(0, 0, 0, 0, 0, 1) })).toBe(false);
  });

  it('is a Baichuan with ALiBi where there are forty blocks', () => {
    const raw = (blocks: number) =>
      architectures['baichuan']!.gguf!.rawConfig(
        fake({
          'baichuan.block_count': blocks,
          'baichuan.context_length': 64,
          'baichuan.embedding_length': 8,
          'baichuan.attention.head_count': 2,
        }),
      );
    expect(raw(40)).toMatchObject({ model_max_length: 64 });
    expect(raw(32)).toMatchObject({ max_position_embeddings: 64 });
  });

  it.each([12, 80, 96, 7 * 6])('is a share of a head of %d channels that comes out whole again', (headSize) => {
    for (let rotated = 2; rotated <= headSize; rotated += 2) {
      const metadata = {
        'gptneox.embedding_length': headSize,
        'gptneox.attention.head_count': 1,
        'gptneox.rope.dimension_count': rotated,
      };
      const share = architectures['gpt_neox']!.gguf!.rawConfig(fake(metadata))['rotary_pct'] as number;
      expect(Math.trunc(headSize * share)).toBe(rotated);
    }
  });
});
