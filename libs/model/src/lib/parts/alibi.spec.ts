import { alibiSlopes } from './alibi';

it('halves the slopes step by step where the number of heads is a power of two', () => {
  expect([...alibiSlopes(8)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((power) => 2 ** -power));
});

it('fills up with the odd powers of twice as many heads', () => {
  expect([...alibiSlopes(3)]).toEqual([1 / 16, 1 / 256, 1 / 4]);
  const slopes = alibiSlopes(40);
  expect(slopes[31]).toBeCloseTo(2 ** -8, 7);
  expect(slopes[32]).toBeCloseTo(2 ** (-1 / 8), 7);
  expect(slopes[39]).toBeCloseTo(2 ** (-15 / 8), 7);
});

it('works for one head', () => {
  expect([...alibiSlopes(1)]).toEqual([2 ** -8]);
});
