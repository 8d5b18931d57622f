import { runCommandLine } from './lib/command-line';

void runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
