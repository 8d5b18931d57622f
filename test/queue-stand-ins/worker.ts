/** A worker that soon notices when another one is gone: `worker.ts REDIS QUEUE`. One line of JSON for each event. */
import path from 'node:path';
import { runWorker } from '@tsarank/sweeps';

const [redis, queue] = process.argv.slice(2) as [string, string];
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

void runWorker({
  redis,
  queue,
  command: () => [process.execPath, '--require', 'tsx/cjs', path.join(__dirname, 'run.ts')],
  slots: 1,
  signal: stop.signal,
  lockMs: 1500,
  stalledMs: 500,
  folderMs: 300,
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
}).then(() => process.stdout.write('{"type":"ended"}\n'));
