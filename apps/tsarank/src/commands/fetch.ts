import { InputError } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';

const FORM = 'hf:org/name, hf:org/name@revision or hf:org/name/file.gguf@revision';

export const fetch = defineCommand({
  name: 'fetch',
  argument: { name: 'name', describe: FORM },
  describe: 'Fetch a published model into the Hugging Face cache, and say where it lies',
  options: {},
  examples: [['$0 fetch hf:HuggingFaceTB/SmolLM2-135M', 'prints the folder; HF_HOME, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE hold']],
  run: async (values) => {
    const { placeOfModel } = require('../work/place-of-model') as typeof import('../work/place-of-model');
    const name = String(values['name']);
    const place = await placeOfModel(name, createLog(values.logLevel));
    if (place === undefined) throw new InputError({ field: 'name', found: `"${name}"`, expected: FORM });
    process.stdout.write(`${place}\n`);
  },
});
