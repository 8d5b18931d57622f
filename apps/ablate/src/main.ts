import { runCommandLine } from './command-line';

void runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  // A process that a sweep or a plan started is kept alive by the channel to its parent; a failed one has nothing to wait for.
  if (code !== 0 && process.connected) process.exit(code);
});
