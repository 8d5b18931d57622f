import { checkAddress, checkJob, jobIdOf, publicAddress, retryStrategy } from './redis-queue';

describe('the queue in Redis', () => {
  it.each([
    ['redis://host:6379', 'tsarank'],
    ['rediss://user:secret@host:6379/3', 'a.b-c_1'],
  ])('takes %s and %s', (redis, queue) => {
    expect(() => checkAddress(redis, queue)).not.toThrow();
  });

  it.each([
    ['http://host', 'tsarank', 'field "redis": found "http://host", expected redis://host:port'],
    ['redis://', 'tsarank', 'field "redis"'],
    ['redis://host:port', 'tsarank', 'field "redis"'],
    ['redis://host', 'a:b', 'field "queue": found "a:b"'],
    ['redis://host', '', 'field "queue"'],
  ])('refuses %s and %s', (redis, queue, message) => {
    expect(() => checkAddress(redis, queue)).toThrow(message);
  });

  it('shows no password', () => {
    expect(publicAddress('redis://user:secret@host:6379/2')).toBe('redis://host:6379/2');
    expect(publicAddress('redis://host:6379')).toBe('redis://host:6379');
  });

  it('names a job for its run and its folder, without what BullMQ forbids', () => {
    const runId = '0123456789012345';
    const [one, again, elsewhere] = ['/runs', '/runs/', '/other'].map((runsDir) => jobIdOf({ runId, runsDir }));
    expect(one).toMatch(/^run-0123456789012345-[0-9a-f]{8}$/);
    expect(again).toBe(one);
    expect(elsewhere).not.toBe(one);
  });

  it('comes again later and later, and never gives up', () => {
    expect([1, 2, 3, 10, 1e6].map(retryStrategy)).toEqual([200, 400, 800, 5000, 5000]);
  });
});

describe("a job's data", () => {
  const data = { runId: '0123456789abcdef', runsDir: '/runs', root: '/runs/.code/0123-4567' };

  it('is taken as a runner puts it in', () => {
    expect(checkJob('run', data)).toBe(data);
    expect(checkJob('run', { runId: data.runId, runsDir: '/runs', stopGraceMs: 0 })).toBeDefined();
  });

  it.each([
    ['another name', 'walk', data, 'field "job.name": found "walk", expected "run"'],
    ['a path as run id', 'run', { ...data, runId: '../../etc' }, 'field "runId": found "../../etc"'],
    ['no run id', 'run', { runsDir: '/runs' }, 'field "runId": found nothing'],
    ['a run id that is no text', 'run', { ...data, runId: [data.runId] }, 'field "runId"'],
    ['a relative folder', 'run', { ...data, runsDir: 'runs' }, 'field "job.runsDir": found "runs"'],
    ['code from elsewhere', 'run', { ...data, root: '/tmp/mine' }, 'field "job.root": found "/tmp/mine"'],
    ['code from outside by dots', 'run', { ...data, root: '/runs/.code/..' }, 'field "job.root"'],
    ['a grace that is no time', 'run', { ...data, stopGraceMs: '5' }, 'field "job.stopGraceMs": found "5"'],
    ['nothing', 'run', null, 'field "job.runsDir": found nothing'],
  ])('is refused: %s', (_, name, wrong, message) => {
    expect(() => checkJob(name, wrong)).toThrow(message);
  });
});
