import { printNotice, surviveLostStreams } from '@tsarank/io';
import { runCommandLine } from './command-line';

let lost: string | undefined;
// Files are written before anything is printed; a sweep goes on whoever listens.
surviveLostStreams((code) => (lost ??= code));

void runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  // What was printed last may still fail.
  setImmediate(() => {
    if (lost !== undefined && lost !== 'EPIPE') {
      printNotice(`ablate: standard output can't be written (${lost})\n`);
      process.exitCode = code || 1;
    }
    // A process that a sweep or a plan started is kept alive by the channel to its parent; a failed one waits for nothing.
    if (code !== 0 && process.connected) process.exit(code);
  });
});
