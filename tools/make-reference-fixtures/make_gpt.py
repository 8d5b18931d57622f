#!/usr/bin/env python3
"""Reference files for libs/model's specs of GPT-2, GPT-Neo, OPT and GPT-NeoX, made by Hugging Face transformers.

    python3 -m venv .venv && .venv/bin/pip install -r tools/make-reference-fixtures/requirements.txt
    .venv/bin/python tools/make-reference-fixtures/make_gpt.py test/reference

As make_llama.py, whose tokenizer the folders get: tiny random checkpoints of odd sizes, norms and biases moved away from
1 and 0, a batch, and the logits and gradients of the reference in float32 with eager attention.
"""
import sys
from pathlib import Path

from transformers import (GPT2Config, GPT2LMHeadModel, GPTNeoConfig, GPTNeoForCausalLM, GPTNeoXConfig, GPTNeoXForCausalLM,
                          OPTConfig, OPTForCausalLM)
from transformers.modeling_utils import no_init_weights

from checkpoint import VOCABULARY, perturb, write_expected, write_tokenizer

out = Path(sys.argv[1])
IDS = dict(vocab_size=VOCABULARY, bos_token_id=1, eos_token_id=2, pad_token_id=0)
GPT2 = (GPT2LMHeadModel, GPT2Config, dict(IDS, n_embd=6, n_layer=2, n_positions=9, layer_norm_epsilon=1e-3))
NEO = (GPTNeoForCausalLM, GPTNeoConfig, dict(IDS, hidden_size=6, max_position_embeddings=9, layer_norm_epsilon=1e-3))
OPT = (OPTForCausalLM, OPTConfig, dict(IDS, hidden_size=6, num_hidden_layers=2, ffn_dim=18, max_position_embeddings=9))
NEOX = (GPTNeoXForCausalLM, GPTNeoXConfig, dict(IDS, hidden_size=12, num_hidden_layers=2,
                                                intermediate_size=20, max_position_embeddings=16, layer_norm_eps=1e-3))
VARIANTS = {
    "gpt2-tied": (GPT2, dict(n_head=3)),
    "gpt2-scaled-by-layer": (GPT2, dict(n_head=2, n_inner=10, activation_function="relu", tie_word_embeddings=False,
                                        scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True)),
    # windows shorter than the sequences
    "gpt-neo-local": (NEO, dict(num_heads=3, num_layers=2, attention_types=[[["global", "local"], 1]], window_size=3)),
    "gpt-neo-mixed": (NEO, dict(num_heads=2, num_layers=3, attention_types=[[["local"], 2], [["global"], 1]], window_size=2,
                                intermediate_size=10, activation_function="gelu", tie_word_embeddings=False)),
    "opt-pre-norm": (OPT, dict(num_attention_heads=3)),
    # as 350m: norms behind the parts, embeddings narrower than the blocks
    "opt-post-norm": (OPT, dict(num_attention_heads=2, do_layer_norm_before=False, word_embed_proj_dim=5)),
    # as Galactica's larger models, and without the last norm
    "opt-bare": (OPT, dict(hidden_size=8, num_attention_heads=4, enable_bias=False, layer_norm_elementwise_affine=False,
                           _remove_final_layer_norm=True, activation_function="gelu", tie_word_embeddings=False)),
    "gpt-neox-parallel": (NEOX, dict(hidden_size=6, num_attention_heads=3, rotary_pct=1.0, rotary_emb_base=500)),
    "gpt-neox-sequential": (NEOX, dict(num_attention_heads=2, rotary_pct=0.8, use_parallel_residual=False, attention_bias=False,
                                       hidden_act="gelu_new", tie_word_embeddings=True,
                                       rope_scaling=dict(rope_type="linear", factor=2.5))),
}


for seed, (name, ((model_class, config_class, sizes), options)) in enumerate(VARIANTS.items()):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    # The library's own start fails where norms have no weights; every weight is drawn below.
    with no_init_weights():
        model = model_class(config_class(**{**sizes, **options}, attn_implementation="eager")).eval()
    model.tie_weights()
    perturb(model, seed)
    model.save_pretrained(folder)
    write_tokenizer(out, folder)
    write_expected(folder, model, lambda ids, mask: model(ids, attention_mask=mask).logits, (6, 3))
print("wrote", out)
