import { Random } from '@tsarank/random';
import { withHash } from '../content-hash';
import type { HashedArray } from '../content-hash';
import { documentText } from '../document';
import { wordKey } from '../plain-text';
import type { WeakPair } from '../readers/weak-pair';
import { cweEntries } from './cwe-archive';
import { cweCollection } from './cwe-collection';
import { cweQueries } from './cwe-queries';
import { cweSplits } from './cwe-splits';
import { withoutReferences } from './cwe-text';
import { countries } from './factbook';
import { once } from './computed-once';
import { synsets } from './wordnet';

/** Usage examples of fewer words say too little of what they illustrate. */
const EXAMPLE_WORDS = 3;
/** Factbook texts of fewer letters are mere numbers. */
const FIELD_LETTERS = 20;

/** Each source gives at most this many pairs, so that no source drowns the others: WordNet alone has 250,000. */
const PAIRS_A_SOURCE = 6000;

/**
 * The embedded pairs of stage one, each once, in an order shuffled by a fixed seed, so that any first part is a
 * sample of the whole: lemma and definition, usage example and definition (WordNet), "Country: field" and text
 * (factbook, without the held-out countries), an entry's name and its description, a passage and the entry that it
 * stands in (weaknesses). Texts of the cwe collection's dev and test queries are left out.
 */
export const weakPairs = once((): HashedArray<WeakPair> => {
  const secret = heldOutQueryKeys();
  const random = Random.fromSeed('weak pairs');
  const sources = [wordnetPairs(), factbookPairs(), weaknessPairs()].map((pairs) => {
    const distinct = new Map([...pairs].map((pair) => [`${pair.query}\n${pair.document}`, pair]));
    const open = [...distinct.values()].filter(({ query }) => !secret.has(wordKey(query)));
    return random.shuffle(open).slice(0, PAIRS_A_SOURCE);
  });
  return withHash(random.shuffle(sources.flat()), ({ document, query }) => [document, query]);
});

function* wordnetPairs(): Iterable<WeakPair> {
  for (const { lemmas, definition, examples } of synsets()) {
    for (const query of lemmas) yield { document: definition, query };
    for (const query of examples) {
      if (query.split(' ').length >= EXAMPLE_WORDS) yield { document: definition, query };
    }
  }
}

function* factbookPairs(): Iterable<WeakPair> {
  for (const { name, fields, heldOut } of countries()) {
    if (heldOut) continue;
    for (const { field, text } of fields) {
      if ((text.match(/\p{L}/gu)?.length ?? 0) >= FIELD_LETTERS) yield { document: text, query: `${name}: ${field}` };
    }
  }
}

/** Passages that stand in several entries tell nothing of one and are left out. */
function* weaknessPairs(): Iterable<WeakPair> {
  const { documents } = cweCollection();
  const passages = cweEntries().map(({ prose }) => prose.map(withoutReferences));
  const uses = new Map<string, number>();
  for (const passage of passages.flat()) uses.set(passage, (uses.get(passage) ?? 0) + 1);
  for (const [index, { docId }] of cweEntries().entries()) {
    const document = documents.get(docId)!;
    yield { document: document.text, query: document.title };
    for (const passage of passages[index]!) {
      if (uses.get(passage) === 1) yield { document: documentText(document), query: passage };
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
