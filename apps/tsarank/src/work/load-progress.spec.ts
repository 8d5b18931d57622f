import type { Log } from '../log';
import { loadProgress } from './load-progress';

function recorder() {
  const said: string[] = [];
  const log: Log = {
    warn: () => undefined,
    info: () => undefined,
    debug: () => undefined,
    progress: (label, total) => ({
      update: (done) => said.push(`${label} ${done}/${total}`),
      log: () => undefined,
      finish: () => said.push('finished'),
    }),
  };
  return { said, log };
}

describe('loadProgress', () => {
  it('says nothing of a model that is loaded within a second', () => {
    const { said, log } = recorder();
    const onProgress = loadProgress(log, () => 5);
    for (const done of [1e6, 2e6, 3e6]) onProgress(done, 3e6);
    expect(said).toEqual([]);
  });

  it('shows megabytes of a large one, and the end', () => {
    const { said, log } = recorder();
    let time = 0;
    const onProgress = loadProgress(log, () => time);
    for (const done of [1e6, 2e6, 3e6]) {
      onProgress(done, 3e6);
      time += 600;
    }
    expect(said).toEqual(['load, MB 3/3', 'finished']);
  });
});
