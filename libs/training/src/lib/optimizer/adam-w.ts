import { tf } from '@tsarank/tensor';

export interface AdamWOptions {
  /** Decay rates of the two moments. Default 0.9 and 0.999. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment, outside it. Default 1e-8. */
  epsilon?: number;
  /** Decoupled weight decay. Default 0, as published. */
  weightDecay?: number;
}

/** First and second moments by weight name. */
export interface Moments {
  first: ReadonlyMap<string, tf.Variable>;
  second: ReadonlyMap<string, tf.Variable>;
}

/**
 * AdamW: Adam with decoupled weight decay. At step t = 1, 2, …
 *
 *   w <- w (1 - lr wd)
 *   m <- m + (1 - b1)(g - m);          v <- b2 v + (1 - b2) g^2
 *   w <- w - lr / (1 - b1^t) * m / ( sqrt(v) / sqrt(1 - b2^t) + eps )
 *
 * Owns its moments (`dispose`), never the weights.
 *
 * Source: Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization; order of operations and defaults (but for
 * the weight decay) as in `torch.optim.AdamW`.
 */
export class AdamW {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly weightDecay: number;
  private readonly first = new Map<string, tf.Variable>();
  private readonly second = new Map<string, tf.Variable>();
  private steps = 0;

  /** @param weights The weights that train, by name. */
  constructor(
    private readonly weights: ReadonlyMap<string, tf.Variable>,
    { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 }: AdamWOptions = {},
  ) {
    [this.beta1, this.beta2] = betas;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    for (const [name, weight] of weights) {
      this.first.set(name, zerosLike(weight));
      this.second.set(name, zerosLike(weight));
    }
  }

  /** Steps done, t. */
  get stepCount(): number {
    return this.steps;
  }

  get moments(): Moments {
    return { first: this.first, second: this.second };
  }

  /**
   * One step. A weight without a gradient stays as it is, its moments too.
   *
   * @param gradients By weight name.
   * @param options.learningRate lr of this step.
   * @param options.factor Multiplies every gradient first (clipping). Default 1.
   * @throws {RangeError} for a gradient of a weight that this optimizer does not hold.
   */
  apply(
    gradients: ReadonlyMap<string, tf.Tensor>,
    { learningRate, factor = 1 }: { learningRate: number; factor?: number },
  ): void {
    for (const name of gradients.keys()) {
      if (!this.weights.has(name)) throw new RangeError(`no weight named ${name} trains`);
    }
    this.steps += 1;
    const stepSize = learningRate / (1 - this.beta1 ** this.steps);
    const rootCorrection = Math.sqrt(1 - this.beta2 ** this.steps);
    for (const [name, gradient] of gradients) {
      tf.tidy(() => {
        const weight = this.weights.get(name)!;
        const [m, v] = [this.first.get(name)!, this.second.get(name)!];
        const g = factor === 1 ? gradient : tf.mul(gradient, factor);
        m.assign(tf.add(m, tf.mul(tf.sub(g, m), 1 - this.beta1)));
        v.assign(tf.add(tf.mul(v, this.beta2), tf.mul(tf.square(g), 1 - this.beta2)));
        const scale = tf.add(tf.div(tf.sqrt(v), rootCorrection), this.epsilon);
        const decayed = this.weightDecay === 0 ? weight : tf.mul(weight, 1 - learningRate * this.weightDecay);
        weight.assign(tf.sub(decayed, tf.mul(tf.div(m, scale), stepSize)));
      });
    }
  }

  /** Take up the moments of an earlier optimizer of the same weights after `stepCount` steps. */
  restore(
    stepCount: number,
    moments: { first: ReadonlyMap<string, Float32Array>; second: ReadonlyMap<string, Float32Array> },
  ): void {
    this.steps = stepCount;
    for (const name of this.weights.keys()) {
      assignData(this.first.get(name)!, moments.first.get(name), name);
      assignData(this.second.get(name)!, moments.second.get(name), name);
    }
  }

  dispose(): void {
    tf.dispose([...this.first.values(), ...this.second.values()]);
  }
}

/**
 * Put saved values into a variable.
 *
 * @throws {RangeError} when they are missing or too many or few.
 */
export function assignData(variable: tf.Variable, data: Float32Array | undefined, name: string): void {
  if (data?.length !== variable.size) {
    throw new RangeError(`${name} has ${variable.size} values, the saved state ${data?.length ?? 'none'}`);
  }
  tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)));
}

function zerosLike(weight: tf.Variable): tf.Variable {
  const zeros = tf.zeros(weight.shape);
  const variable = tf.variable(zeros, false);
  zeros.dispose();
  return variable;
}
