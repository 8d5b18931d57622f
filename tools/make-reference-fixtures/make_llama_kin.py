#!/usr/bin/env python3
"""Reference files of the families that share LLaMA's blocks, made by Hugging Face transformers and gguf.

    .venv/bin/python tools/make-reference-fixtures/make_llama_kin.py test/reference

After make_llama.py, whose tokenizer they share; what a folder holds is said there.
"""
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from checkpoint import VOCABULARY, add_gguf_tokenizer, perturb, write_expected, write_tokenizer

out = Path(sys.argv[1])
SIZES = dict(vocab_size=VOCABULARY, hidden_size=5, intermediate_size=7, num_hidden_layers=2, max_position_embeddings=64,
             bos_token_id=1, eos_token_id=2, pad_token_id=0)
VARIANTS = {
    # stored in GGUF too
    "qwen2-tied": ("qwen2", dict(num_attention_heads=3, num_key_value_heads=1, head_dim=4, tie_word_embeddings=True,
                                 rope_theta=500.0)),
    "qwen2-sliding": ("qwen2", dict(num_attention_heads=2, num_key_value_heads=2, hidden_size=8, tie_word_embeddings=False,
                                    use_sliding_window=True, sliding_window=3, max_window_layers=1)),
    "qwen3-tied": ("qwen3", dict(num_attention_heads=6, num_key_value_heads=3, head_dim=4, tie_word_embeddings=True,
                                 rope_theta=1e6, rms_norm_eps=1e-3)),
    "qwen3-bias-sliding": ("qwen3", dict(num_attention_heads=3, num_key_value_heads=1, head_dim=6, attention_bias=True,
                                         tie_word_embeddings=False, use_sliding_window=True, sliding_window=2,
                                         layer_types=["sliding_attention", "full_attention"])),
    "llama-yarn": ("llama", dict(num_attention_heads=3, num_key_value_heads=1, head_dim=12, tie_word_embeddings=True,
                                 rope_theta=50.0,
                                 rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16,
                                                   beta_fast=2.0, beta_slow=0.5, truncate=False))),
    # sequences longer than the model was made for
    "llama-dynamic": ("llama", dict(num_attention_heads=3, num_key_value_heads=1, head_dim=8, tie_word_embeddings=True,
                                    max_position_embeddings=3,
                                    rope_scaling=dict(rope_type="dynamic", factor=2.5))),
    "mistral-sliding": ("mistral", dict(num_attention_heads=4, num_key_value_heads=2, head_dim=4, sliding_window=3,
                                        tie_word_embeddings=False)),
    "mistral-full": ("mistral", dict(num_attention_heads=2, num_key_value_heads=1, hidden_size=8, sliding_window=None,
                                     tie_word_embeddings=True, rms_norm_eps=1e-5)),
    # head size h // H rounded down, "tie_word_embeddings" absent from the file
    "smollm3-tied": ("smollm3", dict(num_attention_heads=2, num_key_value_heads=1, hidden_size=9, no_rope_layer_interval=2)),
    # no attention bias: without positions the gradient of a key bias is 0
    "smollm3-sliding": ("smollm3", dict(num_attention_heads=2, num_key_value_heads=2, head_dim=4, no_rope_layers=[0, 1],
                                        use_sliding_window=True, sliding_window=3, mlp_bias=True,
                                        tie_word_embeddings=False, rope_theta=300.0)),
}


def write_gguf(path, model, kind):
    """As llama.cpp's converter lays out Qwen2 and Qwen3: rows as they are."""
    config = model.config
    writer = gguf.GGUFWriter(str(path), kind)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    head_size = model.model.layers[0].self_attn.head_dim
    writer.add_key_length(head_size)
    writer.add_value_length(head_size)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    definition = json.loads((path.parent / "tokenizer.json").read_text())
    add_gguf_tokenizer(writer, definition)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[kind.upper()], config.num_hidden_layers)
    for name, weight in model.state_dict().items():
        if name != "lm_head.weight":
            writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), np.ascontiguousarray(weight.numpy()))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def logits_together(model):
    return lambda ids, mask: model(ids, attention_mask=mask).logits


def logits_alone(model):
    """Row by row: transformers stretches a padded batch by its longest sequence."""
    def logits_of(ids, mask):
        rows = [model(row[:length][None]).logits[0] for row, length in zip(ids, mask.sum(1))]
        return torch.stack([torch.nn.functional.pad(row, (0, 0, 0, ids.shape[1] - len(row))) for row in rows])
    return logits_of


only = sys.argv[2:]
for seed, (name, (kind, options)) in enumerate(VARIANTS.items(), start=10):
    if only and not any(name.startswith(each) for each in only):
        continue
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **{**SIZES, **options}), attn_implementation="eager").eval()
    perturb(model, seed)
    model.save_pretrained(folder)
    write_tokenizer(out, folder)
    if name in ["qwen2-tied", "qwen3-tied"]:
        write_gguf(folder / "model.gguf", model, kind)
    write_expected(folder, model, logits_alone(model) if name == "llama-dynamic" else logits_together(model), (4, 2))
    print(name)
