import { Random } from './random';

describe('Random', () => {
  it('gives the same numbers for the same seed parts, others for other parts', () => {
    const draw = (...parts: (string | number)[]) => Random.fromSeed(...parts).nextUint32();
    expect(draw(1, 'a')).toBe(draw(1, 'a'));
    expect(draw(1, 'a')).not.toBe(draw(1, 'b'));
    expect(draw(1, 'a')).not.toBe(draw(2, 'a'));
  });

  it('goes on from a saved state', () => {
    const random = Random.fromSeed(7);
    random.nextFloat();
    const saved = JSON.parse(JSON.stringify(random.state()));
    const expected = [random.nextUint32(), random.nextInt(10), random.nextFloat()];
    const restored = Random.fromState(saved);
    expect([restored.nextUint32(), restored.nextInt(10), restored.nextFloat()]).toEqual(expected);
  });

  it('draws integers uniformly: a chi-squared of ten cells stays below its 99.9 % point', () => {
    const random = Random.fromSeed('uniform');
    const cells = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw += 1) cells[random.nextInt(10)]! += 1;
    const chiSquared = cells.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.9);
  });

  it('draws normals of mean 0 and variance 1', () => {
    const random = Random.fromSeed('normal');
    const draws = Array.from({ length: 50_000 }, () => random.nextNormal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it('samples without replacement and leaves the items alone', () => {
    const items = [1, 2, 3, 4, 5];
    const sample = Random.fromSeed(3).sample(items, 5);
    expect([...sample].sort()).toEqual(items);
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(() => Random.fromSeed(3).sample(items, 6)).toThrow(RangeError);
  });
});
