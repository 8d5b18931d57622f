jest.mock('@tsarank/tensor', () => {
  throw new Error('the tensor code was loaded');
});

describe.each(['runs', 'sweeps', 'estimate'])('the library %s', (name) => {
  it('loads no tensor code until a run is executed: plans and tables start at once', () => {
    expect(() => require(`@tsarank/${name}`) as unknown).not.toThrow();
  });
});

it('a run loads it: the check above can fail', () => {
  expect(() => require('@tsarank/runs/run-data') as unknown).toThrow('the tensor code was loaded');
});
