import { print } from '@tsarank/io';
import { defineCommand } from '../define-command';

export const doctor = defineCommand({
  name: 'doctor',
  describe: 'Say which engines work here, which one is picked and why, and how fast it is',
  options: { json: { describe: 'JSON', type: 'boolean', default: false } },
  run: async ({ engine, jobs, json }) => {
    const work = require('../work/describe-machine') as typeof import('../work/describe-machine');
    const report = await work.describeMachine({ engine, jobs });
    print(json ? `${JSON.stringify(report, null, 2)}\n` : work.formatMachine(report));
  },
});
