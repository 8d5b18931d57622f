import { gatherRows, tf } from '@tsarank/tensor';
import type { BranchLayout, CausalLm } from '../causal-lm';
import { layerInName } from '../causal-lm';
import type { ModelConfig } from '../model-config';
import { attention } from '../parts/attention';
import type { Projection } from '../parts/attention';
import { branchMask, causalMask } from '../parts/causal-mask';
import { gatedFeedForward } from '../parts/feed-forward';
import { linear } from '../parts/linear';
import { rmsNorm } from '../parts/rms-norm';
import { rotaryTable, rotaryTableAt } from '../parts/rotary';
import type { RotaryOptions, RotaryTable } from '../parts/rotary';

/**
 * x += attention(norm(x)); x += feedForward(norm(x)) in every block; a last norm; the output matrix.
 *
 * Each block tidies itself: without a gradient, only its result outlives it.
 */
export class LlamaDecoder implements CausalLm {
  readonly architecture = 'llama';

  constructor(
    readonly config: ModelConfig,
    readonly weights: ReadonlyMap<string, tf.Variable>,
  ) {}

  layerOf(name: string): number | null {
    return layerInName(name);
  }

  hiddenStates(inputIds: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor3D {
    return this.finalNorm(this.blocks(this.embed(inputIds), mask, 0, this.config.layers));
  }

  branchedHiddenStates(inputIds: tf.Tensor2D, { positions, branches }: BranchLayout): tf.Tensor3D {
    return tf.tidy(() => {
      const batch = inputIds.shape[0];
      const rotary = rotaryTableAt(positions, batch, this.rotaryOptions());
      const last = this.layers(this.embed(inputIds), rotary, branchMask(branches, batch), 0, this.config.layers);
      return this.finalNorm(last);
    });
  }

  embed(inputIds: tf.Tensor2D): tf.Tensor3D {
    return tf.tidy(() => {
      const [batch, length] = inputIds.shape;
      const ids = tf.reshape(inputIds, [batch * length]) as tf.Tensor1D;
      const rows = gatherRows(this.weight('model.embed_tokens.weight') as tf.Tensor2D, ids);
      return tf.reshape(rows, [batch, length, this.config.hiddenSize]);
    });
  }

  blocks(hidden: tf.Tensor3D, mask: tf.Tensor2D, from: number, to: number): tf.Tensor3D {
    return tf.tidy(() =>
      this.layers(hidden, rotaryTable(mask.shape[1], this.rotaryOptions()), causalMask(mask), from, to),
    );
  }

  finalNorm(hidden: tf.Tensor3D): tf.Tensor3D {
    return rmsNorm(hidden, this.weight('model.norm.weight'), this.config.normEpsilon);
  }

  logits(rows: tf.Tensor2D): tf.Tensor2D {
    return linear(rows, this.weight(this.config.tied ? 'model.embed_tokens.weight' : 'lm_head.weight'));
  }

  dispose(): void {
    for (const weight of this.weights.values()) weight.dispose();
  }

  private rotaryOptions(): RotaryOptions {
    const { headSize, ropeTheta: theta, ropeScaling: scaling } = this.config;
    return { headSize, theta, scaling };
  }

  private layers(hidden: tf.Tensor3D, rotary: RotaryTable, mask: tf.Tensor4D, from: number, to: number): tf.Tensor3D {
    let state = hidden;
    for (let layer = from; layer < to; layer += 1) {
      const next = this.block(layer, state, rotary, mask);
      // Harmless while a gradient is recorded: the tape keeps its own references.
      if (layer > from) state.dispose();
      state = next;
    }
    return from < to ? state : (tf.clone(state) as tf.Tensor3D);
  }

  private block(layer: number, x: tf.Tensor3D, rotary: RotaryTable, mask: tf.Tensor4D): tf.Tensor3D {
    return tf.tidy(() => {
      const prefix = `model.layers.${layer}`;
      const projection = (name: string): Projection => ({
        weight: this.weight(`${prefix}.${name}.weight`),
        bias: this.weights.get(`${prefix}.${name}.bias`),
      });
      const norm = (input: tf.Tensor3D, name: string) =>
        rmsNorm(input, this.weight(`${prefix}.${name}.weight`), this.config.normEpsilon);
      const attended = attention(
        norm(x, 'input_layernorm'),
        {
          query: projection('self_attn.q_proj'),
          key: projection('self_attn.k_proj'),
          value: projection('self_attn.v_proj'),
          output: projection('self_attn.o_proj'),
        },
        this.config,
        rotary,
        mask,
      );
      const middle = tf.add(x, attended) as tf.Tensor3D;
      const fed = gatedFeedForward(norm(middle, 'post_attention_layernorm'), {
        gate: projection('mlp.gate_proj'),
        up: projection('mlp.up_proj'),
        down: projection('mlp.down_proj'),
      });
      return tf.add(middle, fed) as tf.Tensor3D;
    });
  }

  private weight(name: string): tf.Variable {
    const weight = this.weights.get(name);
    if (!weight) throw new RangeError(`the model has no weight ${name}`);
    return weight;
  }
}
