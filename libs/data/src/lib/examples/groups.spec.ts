import { Random } from '@tsarank/random';
import type { Collection } from '../readers/beir-folder';
import { groupsFromCollection } from './groups-from-collection';
import { sampleGroup } from './sample-group';
import type { TrecRun } from '../readers/trec-run';

const group = { query: 'q', positives: ['p'], negatives: ['a', 'b', 'c', 'd'] };

describe('sampleGroup', () => {
  it('starts with the positive and repeats no negative', () => {
    const documents = sampleGroup(group, 3, Random.fromSeed(1));
    expect(documents[0]).toBe('p');
    expect(new Set(documents).size).toBe(4);
  });

  it('is the same for the same seed and differs between seeds', () => {
    const drawn = [1, 2, 3, 4, 5].map((seed) => sampleGroup(group, 2, Random.fromSeed(seed)).join());
    expect(sampleGroup(group, 2, Random.fromSeed(1)).join()).toBe(drawn[0]);
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });

  it('keeps the order of the file where all negatives are taken, and draws nothing', () => {
    const random = Random.fromSeed(1);
    const before = random.state();
    expect(sampleGroup(group, 4, random)).toEqual(['p', 'a', 'b', 'c', 'd']);
    expect(sampleGroup(group, 47, random)).toEqual(['p', 'a', 'b', 'c', 'd']);
    expect(random.state()).toEqual(before);
  });

  it('fills a short group with duplicates only when told to', () => {
    const documents = sampleGroup(group, 47, Random.fromSeed(1), { duplicates: true });
    expect(documents).toHaveLength(48);
    expect(documents.slice(1).every((document) => group.negatives.includes(document))).toBe(true);
  });

  it('draws each of several positives', () => {
    const random = Random.fromSeed(3);
    const several = { ...group, positives: ['p', 'r'] };
    const firsts = Array.from({ length: 20 }, () => sampleGroup(several, 1, random)[0]);
    expect(new Set(firsts)).toEqual(new Set(['p', 'r']));
  });

  it('refuses a count that is none', () => {
    expect(() => sampleGroup(group, 1.5, Random.fromSeed(1))).toThrow(/got 1.5/);
    expect(() => sampleGroup({ ...group, positives: [] }, 1, Random.fromSeed(1))).toThrow(/no positive/);
  });
});

describe('groupsFromCollection', () => {
  const document = (text: string): { title: string; text: string } => ({ title: '', text });
  const collection: Collection = {
    name: 'toy',
    documents: new Map([
      ['best', { title: 'Best', text: 'one' }],
      ['good', document('good')],
      ['zero', document('zero')],
      ['other', document('other')],
    ]),
    queries: new Map([
      ['q1', 'query'],
      ['q2', 'none found'],
    ]),
    qrels: new Map([
      [
        'train',
        new Map([
          [
            'q1',
            new Map([
              ['best', 3],
              ['good', 1],
              ['zero', 0],
            ]),
          ],
          ['q2', new Map([['best', 1]])],
        ]),
      ],
    ]),
  };
  const run: TrecRun = new Map([
    ['q1', ['other', 'good', 'best', 'zero'].map((docId, rank) => ({ docId, score: -rank }))],
  ]);

  it('takes the highest grade as positive and what is not judged relevant as negative', () => {
    expect(groupsFromCollection(collection, 'train', run)).toEqual([
      { queryId: 'q1', query: 'query', positives: ['Best one'], negatives: ['other', 'zero'] },
    ]);
  });

  it('names a split that is missing and a candidate that is no document', () => {
    expect(() => groupsFromCollection(collection, 'dev', run)).toThrow(
      /collection toy.*found dev, expected one of train/,
    );
    const strange: TrecRun = new Map([['q1', [{ docId: 'x', score: 1 }]]]);
    expect(() => groupsFromCollection(collection, 'train', strange)).toThrow(/document "x"/);
  });
});
