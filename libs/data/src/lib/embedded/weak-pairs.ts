import { Random } from '@tsarank/random';
import { withHash } from '../content-hash';
import type { HashedArray } from '../content-hash';
import { wordKey } from '../plain-text';
import type { WeakPair } from '../weak-pair';
import { cweQueries } from './cwe-queries';
import { cweSplits } from './cwe-splits';
import { countries } from './factbook';
import { once } from './once';
import { synsets } from './wordnet';

/** Usage examples of fewer words say too little of what they illustrate. */
const EXAMPLE_WORDS = 3;
/** Factbook texts of fewer letters are mere numbers. */
const FIELD_LETTERS = 20;

/**
 * The embedded pairs of stage one, each once, in an order shuffled by a fixed seed, so that any first part is a
 * sample of the whole: lemma and definition, usage example and definition (WordNet), "Country: field" and text
 * (factbook, without the held-out countries). Texts of the cwe collection's dev and test queries are left out.
 */
export const weakPairs = once((): HashedArray<WeakPair> => {
  const secret = heldOutQueryKeys();
  const seen = new Set<string>();
  const pairs: WeakPair[] = [];
  for (const pair of candidatePairs()) {
    const identity = `${pair.query}\n${pair.document}`;
    if (seen.has(identity) || secret.has(wordKey(pair.query))) continue;
    seen.add(identity);
    pairs.push(pair);
  }
  const shuffled = Random.fromSeed('weak pairs').shuffle(pairs);
  return withHash(shuffled, ({ document, query }) => [document, query]);
});

function* candidatePairs(): Iterable<WeakPair> {
  for (const { lemmas, definition, examples } of synsets()) {
    for (const query of lemmas) yield { document: definition, query };
    for (const query of examples) {
      if (query.split(' ').length >= EXAMPLE_WORDS) yield { document: definition, query };
    }
  }
  for (const { name, fields, heldOut } of countries()) {
    if (heldOut) continue;
    for (const { field, text } of fields) {
      if ((text.match(/\p{L}/gu)?.length ?? 0) >= FIELD_LETTERS) yield { document: text, query: `${name}: ${field}` };
    }
  }
}

function heldOutQueryKeys(): Set<string> {
  const splits = cweSplits();
  return new Set(
    cweQueries()
      .filter(({ queryId }) => splits.get(queryId) !== 'train')
      .map(({ key }) => key),
  );
}
