// The sending end of thread-messages.ts.
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

/** Does the work, and sends how it ended. */
async function answer(work) {
  post({});
  try {
    await work(send);
    post({ isDone: true });
  } catch (error) {
    if (!(error instanceof Stopped)) post({ failure: error instanceof Error ? error.message : String(error) });
  } finally {
    port.close();
  }
}

module.exports = { answer, Stopped };
