import { redisNotices } from './redis-notices';

function notices() {
  const lines: string[] = [];
  const clock = { now: 0 };
  return {
    lines,
    clock,
    ...redisNotices(
      'redis://host',
      (text) => lines.push(text),
      () => clock.now,
    ),
  };
}

describe('notices about Redis', () => {
  it('tell a lost connection once, however often it fails, and that it is back', () => {
    const { lines, trouble, well } = notices();
    well();
    const refused = new AggregateError([new Error('connect ECONNREFUSED ::1:6379'), new Error('other')]);
    for (let times = 0; times < 10_000; times += 1) trouble(refused);
    trouble(new Error('Connection is closed.'));
    well();
    well();
    trouble(Object.assign(new Error(''), { code: 'ECONNRESET' }));
    expect(lines).toEqual([
      'Redis at redis://host does not answer (connect ECONNREFUSED ::1:6379); trying again',
      'Redis at redis://host answers again',
      'Redis at redis://host does not answer (ECONNRESET); trying again',
    ]);
  });

  it('tell anything else at most once a minute', () => {
    const { lines, clock, trouble, tell } = notices();
    for (clock.now = 0; clock.now < 120_000; clock.now += 100) trouble(new Error('NOAUTH Authentication required.'));
    tell('one thing');
    tell('another');
    tell('one thing');
    expect(lines).toEqual([
      'Redis at redis://host: NOAUTH Authentication required.',
      'Redis at redis://host: NOAUTH Authentication required.',
      'one thing',
      'another',
    ]);
  });
});
