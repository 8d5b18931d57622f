/**
 * Step one of making the base model: trains its tokenizer and writes the token windows that train.py reads.
 *
 *   npx tsx experiments/tiny-base/prepare.ts OUT
 *
 * OUT gets the tokenizer's files, `train.u16` (windows of WINDOW + 1 tokens, little endian, every epoch in an order of
 * its own) and `held-out.u16`.
 */
import { join } from 'node:path';
import { writeFileAtomic } from '@tsarank/io';
import { loadTokenizer } from '@tsarank/tokenizer';
import { trainBytePairs } from './byte-pair-trainer';
import { baseCorpus } from './corpus';
import { packedSequences, shuffledTexts } from './sequences';
import { tokenizerFiles } from './tokenizer-files';

const SYMBOLS = 6142; // with end of text and padding: a vocabulary of 6,144
const WINDOW = 128;
const EPOCHS = 3;

async function main(out: string): Promise<void> {
  const { train, heldOut } = baseCorpus();
  const files = tokenizerFiles(trainBytePairs(train, SYMBOLS));
  for (const [name, text] of Object.entries(files)) writeFileAtomic(join(out, name), text);

  const tokenizer = await loadTokenizer(out);
  const write = (name: string, sequences: { ids: number[] }[]): void => {
    const tokens = Uint16Array.from(sequences.flatMap(({ ids }) => ids));
    writeFileAtomic(join(out, name), Buffer.from(tokens.buffer));
    process.stderr.write(`${name}: ${sequences.length} windows of ${WINDOW} predictions\n`);
  };
  const epochs = Array.from({ length: EPOCHS }, (_, epoch) =>
    packedSequences(tokenizer, shuffledTexts(train, epoch), WINDOW),
  );
  write('train.u16', epochs.flat());
  write('held-out.u16', packedSequences(tokenizer, heldOut, WINDOW));
}

const out = process.argv[2];
if (out === undefined) {
  process.stderr.write('usage: npx tsx experiments/tiny-base/prepare.ts OUT\n');
  process.exitCode = 2;
} else {
  void main(out);
}
