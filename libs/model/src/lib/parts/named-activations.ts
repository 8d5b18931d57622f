import { tf } from '@tsarank/tensor';
import type { FieldReader } from '../model-config';
import { geluErf, geluTanh } from './activations';

/** A function of single numbers, applied to all of a tensor. */
export type Activation = <T extends tf.Tensor>(x: T) => T;

/**
 * Activations by the names that `config.json` files have for them.
 *
 * Source: transformers 4.57 `activations.py`; the names in one row differ there in how they are computed, not in the value.
 */
const ACTIVATIONS = {
  gelu: geluErf,
  gelu_python: geluErf,
  gelu_new: geluTanh,
  gelu_accurate: geluTanh,
  gelu_fast: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  gelu_python_tanh: geluTanh,
  relu: (x) => tf.relu(x),
  silu: silu,
  swish: silu,
  tanh: (x) => tf.tanh(x),
} satisfies Record<string, Activation>;

export type ActivationName = keyof typeof ACTIVATIONS;

/** @throws {InputError} naming the field when it holds another name. */
export function readActivation(fields: FieldReader, key: string, fallback: ActivationName): ActivationName {
  const name = fields.text(key, fallback);
  if (Object.hasOwn(ACTIVATIONS, name)) return name as ActivationName;
  throw fields.wrong(key, name, `one of ${Object.keys(ACTIVATIONS).join(', ')}`);
}

export function activationNamed(name: ActivationName): Activation {
  return ACTIVATIONS[name];
}

function silu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(x, tf.sigmoid(x)) as T);
}
