import type { tf } from '@tsarank/tensor';
import type { Projection } from './parts/linear';
import type { LowRank } from './parts/low-rank';

/** A model's weights by their names, as its computation asks for them. */
export class NamedWeights {
  /** @param adapters What is added to matrices, by the projection's name. */
  constructor(
    private readonly weights: ReadonlyMap<string, tf.Variable>,
    private readonly adapters: ReadonlyMap<string, LowRank> = new Map(),
  ) {}

  /** @throws {RangeError} when there is none of that name. */
  get(name: string): tf.Variable {
    const weight = this.weights.get(name);
    if (!weight) throw new RangeError(`the model has no weight ${name}`);
    return weight;
  }

  /** `name.weight` and, where there are such, `name.bias` and an adapter. */
  projection(name: string): Projection {
    return {
      weight: this.get(`${name}.weight`),
      bias: this.weights.get(`${name}.bias`),
      adapter: this.adapters.get(name),
    };
  }
}
