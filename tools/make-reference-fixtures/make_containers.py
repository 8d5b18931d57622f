#!/usr/bin/env python3
"""The fixture checkpoints of the other scripts (run those first) in the other containers: `pytorch_model.bin`, written by
torch, and `model.gguf`, written by gguf with the names, layouts and metadata of llama.cpp's converter.

    .venv/bin/python tools/make-reference-fixtures/make_containers.py test/reference
"""
import json
import sys
from pathlib import Path

import gguf
import torch
from safetensors.torch import load_file

from checkpoint import add_gguf_tokenizer

out = Path(sys.argv[1])
BIN = ["baichuan-7b", "bloom-published", "gpt-neo-local", "gpt-neox-parallel", "gpt2-tied", "mistral-full", "opt-pre-norm",
       "qwen-published", "qwen2-tied", "qwen3-tied", "smollm3-tied"]
# Architectures and what stands before their names in the checkpoint, if anything has been left out there.
GGUF = {"baichuan-7b": ("baichuan", ""), "bloom-published": ("bloom", "transformer."), "gpt-neox-parallel": ("gptneox", ""),
        "gpt2-tied": ("gpt2", ""), "llama-sharded-bf16": ("llama", ""), "mistral-full": ("llama", ""),
        "mistral-sliding": ("llama", ""), "qwen-published": ("qwen", ""), "smollm3-tied": ("smollm3", "")}


def turned(weight, heads):
    """Rows (half, k) of each head to (k, half)."""
    return weight.reshape(heads, 2, -1, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def in_blocks(weight, heads):
    """Query, key and value head by head to three blocks."""
    return weight.reshape(heads, 3, -1, *weight.shape[1:]).swapaxes(0, 1).reshape(weight.shape)


def layers_of(tensors, kind, config):
    """Names and tensors as the converter has them."""
    heads = config.get("n_head", config.get("num_attention_heads"))
    for name, weight in tensors.items():
        if kind in ["llama", "smollm3"] and (".q_proj." in name or ".k_proj." in name):
            weight = turned(weight, heads if ".q_proj." in name else config["num_key_value_heads"])
        if kind in ["bloom", "gptneox"] and ".query_key_value." in name:
            weight = in_blocks(weight, heads)
        if kind == "gpt2" and name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")):
            weight = weight.T
        if ".W_pack." in name:
            q, k, v = weight.chunk(3)
            for part, rows in [("q", turned(q, heads)), ("k", turned(k, heads)), ("v", v)]:
                yield name.replace("W_pack", f"{part}_proj"), rows
        else:
            yield name, weight


def add_metadata(writer, kind, config):
    first = lambda *keys: next(config[key] for key in keys if config.get(key) is not None)
    hidden = first("hidden_size", "n_embed", "n_embd")
    heads = first("n_head", "num_attention_heads")
    writer.add_context_length(config.get("max_position_embeddings") or config.get("n_positions") or config.get("seq_length") or hidden)
    writer.add_embedding_length(hidden)
    writer.add_feed_forward_length(config.get("intermediate_size") or config.get("n_inner") or 4 * hidden)
    writer.add_block_count(first("n_layer", "num_hidden_layers"))
    writer.add_head_count(heads)
    if kind in ["bloom", "gpt2"]:
        writer.add_layer_norm_eps(config["layer_norm_epsilon"])
        return
    size = config.get("head_dim") or hidden // heads
    if kind == "gptneox":
        writer.add_rope_dimension_count(int(config["rotary_pct"] * size))
        writer.add_parallel_residual(config["use_parallel_residual"])
        writer.add_layer_norm_eps(config["layer_norm_eps"])
        # The converter leaves it out, and llama.cpp takes 10,000: this checkpoint has another.
        writer.add_rope_freq_base(config["rotary_emb_base"])
        return
    writer.add_layer_norm_rms_eps(first("rms_norm_eps", "layer_norm_epsilon"))
    writer.add_rope_dimension_count(size)
    if kind == "qwen":
        writer.add_rope_freq_base(config["rotary_emb_base"])
        return
    writer.add_head_count_kv(config.get("num_key_value_heads", heads))
    if kind == "baichuan":
        return
    writer.add_key_length(size)
    writer.add_value_length(size)
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_vocab_size(config["vocab_size"])
    if (config.get("rope_scaling") or {}).get("rope_type") == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(config["rope_scaling"]["factor"])
    if config.get("sliding_window") and config["model_type"] == "mistral":
        writer.add_sliding_window(config["sliding_window"])


def write_gguf(folder, tensors, config, kind, prefix):
    writer = gguf.GGUFWriter(str(folder / "model.gguf"), kind)
    add_metadata(writer, kind, config)
    add_gguf_tokenizer(writer, json.loads((folder / "tokenizer.json").read_text()))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[kind.upper()], 8)
    for name, weight in layers_of(tensors, kind, config):
        stored = names.get_name(prefix + name, try_suffixes=(".weight", ".bias")) or names.get_name(name, try_suffixes=(".weight", ".bias"))
        weight = weight.contiguous()
        if weight.dtype == torch.bfloat16:
            writer.add_tensor(stored, weight.view(torch.uint8).numpy(), raw_dtype=gguf.GGMLQuantizationType.BF16)
        else:
            writer.add_tensor(stored, weight.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


for name in sorted({*BIN, *GGUF}):
    folder = out / name
    tensors = {}
    for file in sorted(folder.glob("model*.safetensors")):
        tensors.update(load_file(file))
    if name in BIN:
        torch.save(tensors, folder / "pytorch_model.bin")
    if name in GGUF:
        write_gguf(folder, tensors, json.loads((folder / "config.json").read_text()), *GGUF[name])
    print(name)
