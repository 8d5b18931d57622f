import { writeSync } from 'node:fs';
import { printable } from './printable';

/** Prints a result, or a part of one, on standard output. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** Prints what is said beside the result, on standard error. */
export function printNotice(text: string): void {
  process.stderr.write(printable(text));
}

/**
 * Keeps a process going when nobody can be told anything any more. What goes to standard error is lost then, and nothing
 * else; what goes to standard output is a result, so `onOutputLost` decides.
 *
 * @param onOutputLost Told the system's code: EPIPE where the reader has gone (`| head`), ENOSPC on a full disk.
 */
export function surviveLostStreams(onOutputLost: (code: string) => void): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => onOutputLost(error.code ?? error.message));
}

/** Writes all of it to an open file before it returns, also where a pipe is full for a while. */
export function writeWhole(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(handle, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
