import { loadModel } from '@tsarank/model';
import { scorePairs } from '@tsarank/ranking';
import { selectEngine } from '@tsarank/tensor';

async function main(): Promise<void> {
  await selectEngine('wasm');
  const { model, tokenizer } = await loadModel('tiny');
  const pairs = [
    { query: 'out-of-bounds write', document: 'A buffer overflow overwrites memory beyond the buffer.' },
    { query: 'out-of-bounds write', document: 'A password is stored in plain text.' },
  ];
  console.log(await scorePairs({ model, tokenizer, pairs }));
}

void main();
