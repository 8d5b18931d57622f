/** A run was asked to stop and has saved what it had; started again, it goes on. */
export class InterruptedError extends Error {
  constructor() {
    super('stopped; started again, the run goes on from its checkpoint');
    this.name = 'InterruptedError';
  }
}
