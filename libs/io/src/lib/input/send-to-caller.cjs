// The sending end of thread-messages.ts.
const process = require('node:process');
const { workerData } = require('node:worker_threads');

const { port, shared } = workerData;
const state = new Int32Array(shared);
const [SENT, TAKEN, STOPPED] = [0, 1, 2];
/** Messages that may lie unread. */
const AHEAD = 4;

/** The caller takes no more. */
class Stopped extends Error {}

let sent = 0;

function post(message, transfer) {
  port.postMessage(message, transfer);
  sent += 1;
  Atomics.store(state, SENT, sent);
  Atomics.notify(state, SENT);
}

/** Sends a value, and waits while the caller is too far behind. Throws when the caller takes no more. */
function send(value, transfer = []) {
  for (;;) {
    const taken = Atomics.load(state, TAKEN);
    if (Atomics.load(state, STOPPED) === 1) throw new Stopped();
    if (sent - taken < AHEAD) break;
    Atomics.wait(state, TAKEN, taken);
  }
  post({ value }, transfer);
}

/** Does the work, and sends how it ended; also where it never ends, since what it waits for will not come. */
function answer(work) {
  let hasEnded = false;
  const end = (message) => {
    if (hasEnded) return;
    hasEnded = true;
    if (message) post(message);
    port.close();
  };
  process.once('exit', () => end({ failure: 'it can not be read to its end' }));
  post({});
  work(send).then(
    () => end({ isDone: true }),
    (error) =>
      end(error instanceof Stopped ? undefined : { failure: error instanceof Error ? error.message : String(error) }),
  );
}

module.exports = { answer, Stopped };
