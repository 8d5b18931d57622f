import { lastLines, runProgram } from './run-program';

it('a program gives its status and both outputs', async () => {
  const script = 'process.stdout.write("out"); process.stderr.write("err"); process.exit(3)';
  expect(await runProgram(process.execPath, ['-e', script])).toEqual({ status: 3, stdout: 'out', stderr: 'err' });
});

it('a program that is not there has no status', async () => {
  expect((await runProgram('no-such-program', [])).status).toBeUndefined();
});

it('a program that takes too long is ended, and that is said', async () => {
  const { status, stderr } = await runProgram(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], {
    timeoutMs: 300,
  });
  expect(status).toBe(1);
  expect(stderr).toContain('ended by SIGTERM');
});

it('the last lines of a complaint are its end', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc');
});
