import { ShapeError, assertRank } from './shape';

it('a tensor of the rank wanted passes', () => {
  expect(() => assertRank({ shape: [2, 3] }, 2, 'x')).not.toThrow();
});

it('another rank is an error that names argument, rank and shape', () => {
  expect(() => assertRank({ shape: [2, 3] }, 1, 'labels')).toThrow(
    new ShapeError('labels must have rank 1, got shape [2, 3]'),
  );
});
