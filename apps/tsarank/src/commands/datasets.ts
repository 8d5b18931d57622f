import { print } from '@tsarank/io';
import { defineCommand } from '../define-command';

export const datasets = defineCommand({
  name: 'datasets',
  describe: 'Print the collections that fetch and specs know by name, with size, source and licence (docs/datasets.md)',
  options: {},
  run: async () => {
    const { datasetsPage } = require('../work/datasets-page') as typeof import('../work/datasets-page');
    print(datasetsPage());
  },
});
