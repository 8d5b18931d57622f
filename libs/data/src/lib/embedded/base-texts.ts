import { withHash } from '../content-hash';
import type { HashedArray } from '../content-hash';
import { cweEntries } from './cwe-archive';
import { withoutReferences } from './cwe-text';
import { countries } from './factbook';
import { once } from './computed-once';
import { synsets } from './wordnet';

/** A text that a base model is trained on. */
export interface BaseText {
  source: 'wordnet' | 'factbook' | 'cwe';
  text: string;
}

/**
 * The embedded texts for training a base model and its tokenizer: WordNet's synsets, the factbook's sections on
 * countries that are not held out, and the prose of the weakness entries without any recorded vulnerability.
 */
export const baseTexts = once((): HashedArray<BaseText> => {
  const texts = [...wordnetTexts(), ...factbookTexts(), ...cweTexts()];
  return withHash(texts, ({ source, text }) => [source, text]);
});

function wordnetTexts(): BaseText[] {
  return synsets().map(({ lemmas, definition, examples }) => {
    const quoted = examples.map((example) => `; "${example}"`).join('');
    return { source: 'wordnet', text: `${lemmas.join(', ')}: ${definition}${quoted}` };
  });
}

function factbookTexts(): BaseText[] {
  const texts: BaseText[] = [];
  for (const { name, fields, heldOut } of countries()) {
    if (heldOut) continue;
    const sections = new Map<string, string[]>();
    for (const { section, field, text } of fields) {
      const lines = sections.get(section) ?? [`${name}: ${section}`];
      lines.push(`${field}: ${text}`);
      sections.set(section, lines);
    }
    for (const lines of sections.values()) texts.push({ source: 'factbook', text: lines.join('\n') });
  }
  return texts;
}

/** An entry with its description, then each other passage once: many mitigations stand in dozens of entries. */
function cweTexts(): BaseText[] {
  const seen = new Set<string>();
  return cweEntries().map(({ name, description, prose }) => {
    const passages = prose.map(withoutReferences).filter((passage) => !seen.has(passage));
    passages.forEach((passage) => seen.add(passage));
    return { source: 'cwe', text: [`${name}: ${withoutReferences(description)}`, ...passages].join('\n') };
  });
}
