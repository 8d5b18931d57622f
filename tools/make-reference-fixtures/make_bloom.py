#!/usr/bin/env python3
"""Reference files of BLOOM, written like those of make_llama.py (run that first: the tokenizer is its).

    .venv/bin/python tools/make-reference-fixtures/make_bloom.py test/reference
"""
import json
import sys
from pathlib import Path

from checkpoint import VOCABULARY, perturb, write_config, write_expected, write_tokenizer
from safetensors.torch import load_file, save_file
from transformers import BloomConfig, BloomForCausalLM

out = Path(sys.argv[1])
VARIANTS = {
    # six heads, no power of two; saved like bigscience/bloom-560m
    "bloom-published": dict(hidden_size=12, n_head=6, n_layer=2),
    "bloom-untied": dict(hidden_size=8, n_head=4, n_layer=2, tie_word_embeddings=False, layer_norm_epsilon=1e-3,
                         apply_residual_connection_post_layernorm=True),
}


def save_as_published(folder):
    """No prefix before the names; other keys in the configuration."""
    file = folder / "model.safetensors"
    tensors = {name.removeprefix("transformer."): tensor.clone() for name, tensor in load_file(file).items()}
    save_file(tensors, file, metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    config["num_attention_heads"] = config.pop("n_head")
    config["n_embed"] = config.pop("hidden_size")
    write_config(folder, config)


for seed, (name, options) in enumerate(VARIANTS.items()):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    model = BloomForCausalLM(BloomConfig(vocab_size=VOCABULARY, pad_token_id=0, bos_token_id=1, eos_token_id=2, **options,
                                         attn_implementation="eager")).eval()
    perturb(model, seed)
    model.save_pretrained(folder)
    write_tokenizer(out, folder)
    if name == "bloom-published":
        save_as_published(folder)
    write_expected(folder, model, lambda ids, mask: model(ids, attention_mask=mask).logits)
print("wrote", *VARIANTS)
