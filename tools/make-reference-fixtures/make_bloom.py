#!/usr/bin/env python3
"""Reference files of BLOOM, written like those of make_llama.py (run that first: the tokenizer is its).

    .venv/bin/python tools/make-reference-fixtures/make_bloom.py test/reference
"""
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import BloomConfig, BloomForCausalLM

out = Path(sys.argv[1])
VOCABULARY = 300
TOKENIZER = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]
VARIANTS = {
    # six heads, no power of two; saved like bigscience/bloom-560m
    "bloom-published": dict(hidden_size=12, n_head=6, n_layer=2),
    "bloom-untied": dict(hidden_size=8, n_head=4, n_layer=2, tie_word_embeddings=False, layer_norm_epsilon=1e-3,
                         apply_residual_connection_post_layernorm=True),
}


def batch(lengths):
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(3, VOCABULARY, (len(lengths), max(lengths)), generator=generator)
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        mask[row, :length] = 1
    return ids * mask, mask


def perturb(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            is_norm = ("norm" in name or "ln_f" in name) and name.endswith("weight")
            weight.copy_(1 + 0.3 * noise if is_norm else 0.3 * noise)


def save_as_published(folder):
    """No prefix before the names; other keys in the configuration."""
    file = folder / "model.safetensors"
    tensors = {name.removeprefix("transformer."): tensor.clone() for name, tensor in load_file(file).items()}
    save_file(tensors, file, metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    config["num_attention_heads"] = config.pop("n_head")
    config["n_embed"] = config.pop("hidden_size")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


for seed, (name, options) in enumerate(VARIANTS.items()):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    model = BloomForCausalLM(BloomConfig(vocab_size=VOCABULARY, pad_token_id=0, bos_token_id=1, eos_token_id=2, **options,
                                         attn_implementation="eager")).eval()
    perturb(model, seed)
    model.save_pretrained(folder)
    for file in TOKENIZER:
        shutil.copy(out / "llama-tied" / file, folder / file)
    if name == "bloom-published":
        save_as_published(folder)
    ids, mask = batch([7, 3])
    logits = model(ids, attention_mask=mask).logits
    log_probs = logits.log_softmax(-1)[:, :-1].gather(-1, ids[:, 1:, None])[..., 0]
    (log_probs * mask[:, 1:]).sum().backward()
    expected = {"logits": logits.detach().contiguous()}
    expected.update({f"gradient/{key}": weight.grad for key, weight in model.named_parameters()})
    save_file(expected, folder / "expected.safetensors")
    (folder / "batch.json").write_text(json.dumps({"ids": ids.tolist(), "mask": mask.tolist()}) + "\n")
print("wrote", *VARIANTS)
