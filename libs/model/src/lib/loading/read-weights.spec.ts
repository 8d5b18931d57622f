import { selectEngine, tf } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import type { TensorPart, TensorSource } from '../containers/tensor-source';
import { readWeights } from './read-weights';

/** 12 MB and 40 B of numbers that count up, and what has been asked of each tensor. */
const SHAPES = new Map([
  ['large', [3000, 1000]],
  ['small', [10]],
]);
const EXPECTED = { shapes: SHAPES, nameOf: (stored: string) => stored };
const MOST_NUMBERS = 1 << 19;

function counting(inParts: boolean): { source: TensorSource; asked: { name: string; numbers: number | undefined }[] } {
  const asked: { name: string; numbers: number | undefined }[] = [];
  const sizeOf = (name: string) => SHAPES.get(name)!.reduce((product, size) => product * size, 1);
  const read = (name: string, part?: TensorPart): Float32Array => {
    asked.push({ name, numbers: part?.values.length });
    const { start, values } = inParts && part ? part : { start: 0, values: new Float32Array(sizeOf(name)) };
    for (let index = 0; index < values.length; index += 1) values[index] = start + index;
    return values;
  };
  const entries = new Map([...SHAPES].map(([name, shape]) => [name, { shape, dtype: 'F32' }]));
  return { source: { file: 'x', entries, read, close: () => undefined }, asked };
}

describe.each(enginesUnderTest)('weights read on %s', (engine) => {
  beforeAll(async () => void (await selectEngine(engine)));

  it.each([true, false])('are those of the file, whether it is read in parts (%p)', (inParts) => {
    const { source } = counting(inParts);
    const weights = readWeights(EXPECTED, source);
    expect([...weights.keys()]).toEqual(['large', 'small']);
    for (const weight of weights.values())
      expect(weight.dataSync().every((value, index) => value === index)).toBe(true);
    tf.dispose([...weights.values()]);
  });

  it('are never wanted in large pieces, so that little more than they is in memory', () => {
    const { source, asked } = counting(true);
    tf.dispose([...readWeights(EXPECTED, source).values()]);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter(({ numbers }) => numbers === undefined || numbers > MOST_NUMBERS)).toEqual([]);
  });

  it('are asked for once where a source gives all at once', () => {
    const { source, asked } = counting(false);
    tf.dispose([...readWeights(EXPECTED, source).values()]);
    expect(asked.map(({ name }) => name)).toEqual(['large', 'small']);
  });

  it('tell how far they are, up to the last byte', () => {
    const told: [number, number][] = [];
    const weights = readWeights(EXPECTED, counting(true).source, (done, total) => told.push([done, total]));
    tf.dispose([...weights.values()]);
    expect(told.at(-1)).toEqual([12_000_040, 12_000_040]);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b));
  });

  it('leave nothing behind when reading fails', () => {
    const { numTensors } = tf.memory();
    const { source } = counting(true);
    const failing: TensorSource = {
      ...source,
      read: (name, part) => {
        if (name === 'small') throw new RangeError('no more');
        return source.read(name, part);
      },
    };
    expect(() => readWeights(EXPECTED, failing)).toThrow('no more');
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
