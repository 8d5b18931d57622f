import { createProgress, printable } from '@tsarank/io';
import type { Progress } from '@tsarank/io';
import { LOG_LEVELS } from './options/shared-options';
import type { LogLevel } from './options/shared-options';

/** What a command says beside its result, all on standard error. */
export interface Log {
  warn(line: string): void;
  info(line: string): void;
  debug(line: string): void;
  /** A bar or lines with an ETA; nothing below level `info`. */
  progress(label: string, total: number): Progress;
}

const SILENT: Progress = { update: () => undefined, log: () => undefined, finish: () => undefined };

/** @param level The last level that is heard. */
export function createLog(level: LogLevel, stream: NodeJS.WriteStream = process.stderr): Log {
  const hears = (wanted: LogLevel): boolean => LOG_LEVELS.indexOf(wanted) <= LOG_LEVELS.indexOf(level);
  const say = (wanted: LogLevel, line: string): void => {
    if (hears(wanted)) stream.write(`${printable(line)}\n`);
  };
  return {
    warn: (line) => say('warn', `warning: ${line}`),
    info: (line) => say('info', line),
    debug: (line) => say('debug', line),
    progress: (label, total) => (hears('info') ? createProgress({ label, total, stream }) : SILENT),
  };
}
