import { Random } from '@tsarank/random';
import { mutate } from './mutate';

const bytes = Buffer.from('{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}');
const other = Buffer.from('GGUF and more');

describe('mutate', () => {
  it('does the same to the same file for the same seed, and leaves the file alone', () => {
    const before = Buffer.from(bytes);
    const [a, b] = [1, 1].map(() => mutate(bytes, Random.fromSeed(0, 7), other));
    expect(a).toEqual(b);
    expect(bytes.equals(before)).toBe(true);
  });

  it('damages in every way that it knows, and hardly ever leaves a file as it was', () => {
    const ways = new Set<string>();
    let same = 0;
    for (let number = 0; number < 500; number += 1) {
      const found = mutate(bytes, Random.fromSeed(1, number), other);
      found.how.split(', ').forEach((way) => ways.add(way));
      if (found.bytes.equals(bytes)) same += 1;
    }
    expect(ways.size).toBe(10);
    expect(same).toBeLessThan(50);
  });

  it('takes an empty file', () => {
    for (let number = 0; number < 200; number += 1) mutate(Buffer.alloc(0), Random.fromSeed(2, number), other);
  });
});
