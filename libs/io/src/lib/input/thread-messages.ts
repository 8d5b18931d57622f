import { statSync } from 'node:fs';
import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { InputError, WorkError } from '../errors';

/** A thread that has not answered by then was not started, or has run out of memory: then nothing tells its caller. */
const LONGEST_WAIT_MS = { start: 60_000, file: 600_000, pipe: Infinity };
const [SENT, TAKEN, STOPPED, LENGTH] = [0, 1, 2, 3];
/** More than any number of messages: whoever waits for one to be taken goes on. */
const ALL_TAKEN = 2 ** 30;

interface ThreadMessage<T> {
  value?: T;
  /** The last message: all is sent. */
  isDone?: boolean;
  /** The last message: what went wrong, in words. */
  failure?: string;
}

/**
 * What a thread sends, one after the other, for a caller that can't wait asynchronously: planners and readers are plain
 * functions. The thread works ahead by a few messages (`send-to-caller.cjs` counts them), so that memory is bounded; when the
 * caller takes no more, it ends. The thread's first message says that it has started.
 *
 * @param script Plain JavaScript beside this file, so that it runs however the program was started.
 * @throws {InputError} naming the file, with what the thread says of it.
 */
export function* threadMessages<T>(file: string, script: string, data: object): Generator<T, void> {
  const shared = new SharedArrayBuffer(4 * LENGTH!);
  const state = new Int32Array(shared);
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(path.join(__dirname, script), {
    workerData: { ...data, port: port2, shared },
    transferList: [port2],
    execArgv: [],
    // It closes what its caller opened.
    trackUnmanagedFds: false,
  });
  // Nothing waits for it once the caller has gone; what fails in it is a message.
  worker.unref();
  worker.on('error', () => undefined);
  const kind = statSync(file, { throwIfNoEntry: false })?.isFile() ? 'file' : 'pipe';
  try {
    for (let taken = 0; ; taken += 1) {
      const waited = Atomics.wait(state, SENT!, taken, LONGEST_WAIT_MS[taken === 0 ? 'start' : kind]);
      if (waited === 'timed-out') {
        void worker.terminate();
        throw new WorkError(`${file}: the thread that reads it has stopped`);
      }
      const { value, isDone, failure } = receiveMessageOnPort(port1)!.message as ThreadMessage<T>;
      Atomics.store(state, TAKEN!, taken + 1);
      Atomics.notify(state, TAKEN!);
      if (failure !== undefined) throw new InputError({ file, message: failure });
      if (isDone) return;
      if (value !== undefined) yield value;
    }
  } finally {
    Atomics.store(state, STOPPED!, 1);
    Atomics.store(state, TAKEN!, ALL_TAKEN);
    Atomics.notify(state, TAKEN!);
    port1.close();
  }
}
