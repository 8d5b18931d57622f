import { groupBatch } from './group-batch';

// S = 3: the positive fills it, the negative has one row of padding.
const group = [
  { ids: [1, 2, 3, 4], promptLength: 2 }, // real rows 0 1 2, query rows 1 2
  { ids: [5, 6, 7], promptLength: 2 }, //    real rows 3 4,   query row 4
];
const layout = (weights: [number, number, number], klRows: 'all' | 'real' | 'query' = 'real') => {
  const [rank, nextToken, penalty] = weights;
  return groupBatch([group], { padId: 0, weights: { rank, nextToken, differencePenalty: penalty }, klRows });
};

describe('groupBatch', () => {
  it('sends only the query rows through the head for the rank loss', () => {
    const batch = layout([1, 0, 0]);
    expect(batch.rows).toEqual([1, 2, 4]);
    expect(batch.labels).toEqual([3, 4, 7]);
    expect(batch.scoredSequence).toEqual([0, 0, 1]);
  });

  it('adds every real row of the positive, and none of the negatives, for the next-token loss', () => {
    const batch = layout([1, 1, 0]);
    expect(batch.rows).toEqual([0, 1, 2, 4]);
    expect(batch.positiveRows).toEqual([0, 1, 2]);
    expect(batch.scoredSequence).toEqual([-1, 0, 0, 1]);
  });

  it.each([
    ['all', [0, 1, 2, 3, 4, 5]],
    ['real', [0, 1, 2, 3, 4]],
    ['query', [1, 2, 4]],
  ] as const)('takes for the penalty the rows asked for: %s', (klRows, rows) => {
    const batch = layout([0, 0, 1], klRows);
    expect(batch.rows).toEqual(rows);
    expect(batch.penaltyRows).toEqual(rows.map((_, place) => place));
  });

  it('names penalty rows by their place among the rows of all terms', () => {
    const batch = layout([1, 1, 1], 'query');
    expect(batch.rows).toEqual([0, 1, 2, 4]);
    expect(batch.penaltyRows).toEqual([1, 2, 3]);
  });

  it('finds the positive of every group of a batch', () => {
    const weights = { rank: 0, nextToken: 1, differencePenalty: 0 };
    const batch = groupBatch([group, [...group, group[1]!]], { padId: 0, weights, klRows: 'real' });
    expect(batch.groupSizes).toEqual([2, 3]);
    expect(batch.rows).toEqual([0, 1, 2, 6, 7, 8]);
  });

  it('refuses a batch without groups and an empty group', () => {
    const options = { padId: 0, weights: { rank: 1, nextToken: 0, differencePenalty: 0 }, klRows: 'real' as const };
    expect(() => groupBatch([], options)).toThrow(RangeError);
    expect(() => groupBatch([[]], options)).toThrow('at least one member');
  });
});
