/**
 * `npx tsx tools/wandb/recording-server.ts [--port N] [--out recording.json]`: a server on 127.0.0.1 that W&B's
 * clients can upload to. Prints its address (for WANDB_BASE_URL; any key of 40 characters will do), and when it is ended by
 * Ctrl-C or SIGTERM writes what it was told as JSON, to the file or to stdout.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startWandbServer } from '@tsarank/testing';

async function main(): Promise<void> {
  const { port, out } = parseArgs({
    options: { port: { type: 'string', default: '0' }, out: { type: 'string' } },
  }).values;
  const server = await startWandbServer(Number(port));
  process.stderr.write(`${server.url}\n`);
  const end = (): void => {
    const text = `${JSON.stringify(server.recording, undefined, 2)}\n`;
    if (out === undefined) process.stdout.write(text);
    else writeFileSync(out, text);
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
}

void main();
