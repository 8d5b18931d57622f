import type { tf } from '@tsarank/tensor';
import type { Projection } from './parts/linear';

/** A model's weights by their names, as its computation asks for them. */
export class NamedWeights {
  constructor(private readonly weights: ReadonlyMap<string, tf.Variable>) {}

  /** @throws {RangeError} when there is none of that name. */
  get(name: string): tf.Variable {
    const weight = this.weights.get(name);
    if (!weight) throw new RangeError(`the model has no weight ${name}`);
    return weight;
  }

  /** `name.weight` and, where there is one, `name.bias`. */
  projection(name: string): Projection {
    return { weight: this.get(`${name}.weight`), bias: this.weights.get(`${name}.bias`) };
  }
}
