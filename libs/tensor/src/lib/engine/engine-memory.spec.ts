import { InputError } from '@tsarank/io';
import { selectEngine } from './select-engine';
import { assertFits, wasmMemoryBytes } from './engine-memory';

it('what wasm can address passes, more is refused by name before anything is loaded', async () => {
  await selectEngine('wasm');
  expect(() => assertFits({ bytes: wasmMemoryBytes / 2, what: 'half' })).not.toThrow();
  expect(() => assertFits({ bytes: 1.5 * wasmMemoryBytes, what: 'the model bloom-1b7' })).toThrow(InputError);
  expect(() => assertFits({ bytes: 1.5 * wasmMemoryBytes, what: 'the model bloom-1b7' })).toThrow(
    /^the model bloom-1b7 needs 6.00 GiB, and the wasm engine has 4.00 GiB in all/,
  );
});

it('other engines have no such limit', async () => {
  await selectEngine('cpu');
  expect(() => assertFits({ bytes: 10 * wasmMemoryBytes, what: 'anything' })).not.toThrow();
});
