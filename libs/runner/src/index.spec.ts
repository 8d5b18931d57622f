jest.mock('@tsarank/tensor', () => {
  throw new Error('the tensor code was loaded');
});

describe('the library', () => {
  it('loads no tensor code until a run is executed: plans and tables start at once', () => {
    expect(() => require('./index') as unknown).not.toThrow();
    expect(() => require('./lib/execute-run') as unknown).toThrow('the tensor code was loaded');
  });
});
