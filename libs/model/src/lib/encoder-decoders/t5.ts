import { tf } from '@tsarank/tensor';
import type { EncoderDecoderLm } from '../encoder-decoder-lm';
import { NamedWeights } from '../named-weights';
import { causalMask } from '../parts/causal-mask';
import { embedTokens } from '../parts/embed-tokens';
import { inLayers } from '../parts/in-layers';
import { linear } from '../parts/linear';
import { paddingMask } from '../parts/padding-mask';
import { relativePositionBias } from '../parts/relative-position-bias';
import { rmsNorm } from '../parts/rms-norm';
import { t5Block } from './t5-block';
import type { T5Context } from './t5-block';
import type { T5Config } from './t5-config';
import { HEAD } from './t5-config';
import { BIAS_TABLE, EMBEDDING } from './t5-weights';

/** What the blocks of a stack get beside the states. */
interface StackInput {
  /** Added to the self-attention's scores, [B, 1, S, S] or [B, 1, 1, S]. */
  mask: tf.Tensor4D;
  cross?: T5Context['cross'];
}

/**
 * T5, mT5 and umT5: RMSNorm before each part, no biases, scores that aren't divided by √d, biases by relative position.
 *
 * Source: Raffel et al. 2020 (arXiv 1910.10683); transformers 4.57 `modeling_t5.py`, `modeling_umt5.py`.
 */
export class T5 implements EncoderDecoderLm {
  readonly architecture: string;
  private readonly named: NamedWeights;

  constructor(
    readonly config: T5Config,
    readonly weights: ReadonlyMap<string, tf.Variable>,
  ) {
    this.architecture = config.modelType;
    this.named = new NamedWeights(weights);
  }

  encode(inputIds: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor3D {
    return tf.tidy(() => this.stack('encoder', this.config.layers, inputIds, { mask: paddingMask(mask) }));
  }

  decode(decoderIds: tf.Tensor2D, encoded: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D {
    return tf.tidy(() => {
      // One row stands for all: what pads an output lies behind it.
      const causal = causalMask(tf.ones([1, decoderIds.shape[1]]));
      return this.stack('decoder', this.config.decoderLayers, decoderIds, {
        mask: causal,
        cross: { encoded, bias: paddingMask(mask) },
      });
    });
  }

  logits(rows: tf.Tensor2D): tf.Tensor2D {
    const { tied, scaledOutput, hiddenSize } = this.config;
    return tf.tidy(() => {
      const scaled = scaledOutput ? (tf.mul(rows, 1 / Math.sqrt(hiddenSize)) as tf.Tensor2D) : rows;
      return linear(scaled, this.named.get(tied ? EMBEDDING : HEAD));
    });
  }

  dispose(): void {
    for (const weight of this.weights.values()) weight.dispose();
  }

  /** States behind the last norm of a stack. */
  private stack(
    stack: 'encoder' | 'decoder',
    blocks: number,
    ids: tf.Tensor2D,
    { mask, cross }: StackInput,
  ): tf.Tensor3D {
    const { config, named } = this;
    const biasOf = (block: number) =>
      tf.tidy(() => {
        const positions = { buckets: config.buckets, maxDistance: config.maxDistance, bothWays: stack === 'encoder' };
        const table = named.get(`${stack}.block.${block}.${BIAS_TABLE}`);
        return tf.add(relativePositionBias(table, ids.shape[1], positions), mask) as tf.Tensor4D;
      });
    const shared = config.ownBiases ? undefined : biasOf(0);
    const states = inLayers(embedTokens(named.get(EMBEDDING), ids), blocks, (x, block) =>
      t5Block(named, config, `${stack}.block.${block}`, x, { bias: shared ?? biasOf(block), cross }),
    );
    return rmsNorm(states, named.get(`${stack}.final_layer_norm.weight`), config.normEpsilon);
  }
}
