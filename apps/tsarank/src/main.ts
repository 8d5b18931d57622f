import { printNotice, surviveLostStreams } from '@tsarank/io';
import { convert } from './commands/convert';
import { datasets } from './commands/datasets';
import { doctor } from './commands/doctor';
import { evaluate } from './commands/evaluate';
import { fetch } from './commands/fetch';
import { finetune } from './commands/finetune';
import { generate } from './commands/generate';
import { inspect } from './commands/inspect';
import { native } from './commands/native';
import { pretrain } from './commands/pretrain';
import { rerank } from './commands/rerank';
import { score } from './commands/score';
import { search } from './commands/search';
import { split } from './commands/split';
import { runCommand } from './run-command';

const { version } = require('../package.json') as { version: string };

surviveLostStreams((code) => {
  // A reader that closes early (`| head`) is no error.
  if (code !== 'EPIPE') printNotice(`error: standard output can't be written (${code})\n`);
  process.exit(code === 'EPIPE' ? 0 : 1);
});

void runCommand(
  [
    score,
    pretrain,
    finetune,
    search,
    rerank,
    evaluate,
    generate,
    fetch,
    datasets,
    split,
    convert,
    inspect,
    doctor,
    native,
  ],
  { version },
).then((code) => {
  process.exitCode = code;
});
