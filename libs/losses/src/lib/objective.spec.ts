import { selectEngine, tf } from '@tsarank/tensor';
import { objective } from './objective';

beforeAll(() => selectEngine('cpu'));

const terms = {
  rank: () => tf.scalar(2),
  nextToken: () => tf.scalar(3),
  differencePenalty: () => tf.scalar(5),
};

describe('objective', () => {
  it('is the weighted sum of its terms and returns each unweighted', () => {
    const { total, parts } = objective(terms, { rank: 1, nextToken: 0.5, differencePenalty: 2 });
    expect(total.dataSync()[0]).toBe(13.5);
    expect(parts.rank?.dataSync()[0]).toBe(2);
    expect(parts.nextToken?.dataSync()[0]).toBe(3);
    expect(parts.differencePenalty?.dataSync()[0]).toBe(5);
  });

  it('does not compute a term of weight 0', () => {
    const differencePenalty = jest.fn(() => tf.scalar(5));
    const { total, parts } = objective(
      { ...terms, differencePenalty },
      { rank: 1, nextToken: 1, differencePenalty: 0 },
    );
    expect(total.dataSync()[0]).toBe(5);
    expect(differencePenalty).not.toHaveBeenCalled();
    expect(parts).not.toHaveProperty('differencePenalty');
  });

  it('refuses negative weights, weights that are no numbers, and nothing but zeros', () => {
    expect(() => objective(terms, { rank: -1, nextToken: 1, differencePenalty: 1 })).toThrow('weight of rank');
    expect(() => objective(terms, { rank: 1, nextToken: NaN, differencePenalty: 1 })).toThrow('got NaN');
    expect(() => objective(terms, { rank: 0, nextToken: 0, differencePenalty: 0 })).toThrow('at least one weight');
  });

  it('leaves only total and parts behind', () => {
    const before = tf.memory().numTensors;
    const { total, parts } = objective(terms, { rank: 1, nextToken: 1, differencePenalty: 1 });
    expect(tf.memory().numTensors).toBe(before + 4);
    tf.dispose([total, parts as tf.TensorContainer]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
