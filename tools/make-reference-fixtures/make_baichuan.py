#!/usr/bin/env python3
"""Reference files of Baichuan and Baichuan2, 7B and 13B, written like those of make_llama.py (run that first).

    .venv/bin/python tools/make-reference-fixtures/make_baichuan.py test/reference

Their code is not part of transformers; what follows computes what modeling_baichuan.py of the published models does:
LLaMA's block with one matrix for query, key and value; rotary positions (7B) or ALiBi by key (13B) or by distance
(Baichuan2-13B); in Baichuan2 an output matrix of rows of length one. float32.
"""
import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from checkpoint import VOCABULARY, write_variants
from torch import nn

COMMON = dict(model_type="baichuan", vocab_size=VOCABULARY, hidden_act="silu", initializer_range=0.02, bos_token_id=1,
              eos_token_id=2, pad_token_id=0, tie_word_embeddings=False, torch_dtype="float32", use_cache=True)
VARIANTS = {
    "baichuan-7b": dict(architectures=["BaiChuanForCausalLM"], hidden_size=8, num_attention_heads=2, num_hidden_layers=2,
                        intermediate_size=10, max_position_embeddings=64, rms_norm_eps=1e-6),
    # five heads, no power of two
    "baichuan-13b": dict(architectures=["BaichuanForCausalLM"], hidden_size=5, num_attention_heads=5, num_hidden_layers=2,
                         intermediate_size=7, model_max_length=64, rms_norm_eps=1e-3),
    "baichuan2-7b": dict(architectures=["BaichuanForCausalLM"], hidden_size=6, num_attention_heads=1, num_hidden_layers=1,
                         intermediate_size=11, max_position_embeddings=64, model_max_length=64, z_loss_weight=0,
                         rms_norm_eps=1e-6),
    "baichuan2-13b": dict(architectures=["BaichuanForCausalLM"], hidden_size=6, num_attention_heads=3, num_hidden_layers=2,
                          intermediate_size=8, model_max_length=64, z_loss_weight=0, rms_norm_eps=1e-6),
}


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))


def slopes(heads):
    def of_power_of_two(n):
        start = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [start * start**i for i in range(n)]

    if math.log2(heads).is_integer():
        return of_power_of_two(heads)
    closest = 2 ** math.floor(math.log2(heads))
    return of_power_of_two(closest) + slopes(2 * closest)[0::2][:heads - closest]


def rotated(x):
    size, length = x.shape[-1], x.shape[-2]
    inverse = 1.0 / (10000 ** (torch.arange(0, size, 2).float() / size))
    angles = torch.outer(torch.arange(length).float(), inverse)
    angles = torch.cat([angles, angles], -1)
    first, second = x.chunk(2, -1)
    return x * angles.cos() + torch.cat([-second, first], -1) * angles.sin()


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.rotary = "max_position_embeddings" in config
        self.by_distance = "z_loss_weight" in config
        self.W_pack = nn.Linear(size, 3 * size, bias=False)
        self.o_proj = nn.Linear(size, size, bias=False)

    def forward(self, x, visible):
        batch, length, size = x.shape
        q, k, v = (part.view(batch, length, self.heads, -1).transpose(1, 2) for part in self.W_pack(x).split(size, -1))
        if self.rotary:
            q, k = rotated(q), rotated(k)
        scores = q @ k.transpose(2, 3) / math.sqrt(size // self.heads)
        if not self.rotary:
            places = torch.arange(length).float()
            bias = places[None, :] - places[:, None] if self.by_distance else places[None, :].expand(length, length)
            scores = scores + torch.tensor(slopes(self.heads))[:, None, None] * bias
        scores = scores.masked_fill(~visible, torch.finfo(torch.float32).min)
        return self.o_proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, size))


class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        size, width = config["hidden_size"], config["intermediate_size"]
        self.gate_proj = nn.Linear(size, width, bias=False)
        self.down_proj = nn.Linear(width, size, bias=False)
        self.up_proj = nn.Linear(size, width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = FeedForward(config)
        self.input_layernorm = RMSNorm(config["hidden_size"], config["rms_norm_eps"])
        self.post_attention_layernorm = RMSNorm(config["hidden_size"], config["rms_norm_eps"])

    def forward(self, x, visible):
        x = x + self.self_attn(self.input_layernorm(x), visible)
        return x + self.mlp(self.post_attention_layernorm(x))


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embed_tokens = nn.Embedding(VOCABULARY, config["hidden_size"])
        self.layers = nn.ModuleList(Block(config) for _ in range(config["num_hidden_layers"]))
        self.norm = RMSNorm(config["hidden_size"], config["rms_norm_eps"])

    def forward(self, ids, mask):
        length = ids.shape[1]
        visible = torch.ones(length, length).tril().bool() & mask[:, None, None, :].bool()
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, visible)
        return self.norm(x)


class CausalLM(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.model = Model(config)
        self.lm_head = nn.Linear(config["hidden_size"], VOCABULARY, bias=False)
        self.norm_head = "z_loss_weight" in config

    def forward(self, ids, mask):
        head = F.normalize(self.lm_head.weight) if self.norm_head else self.lm_head.weight
        return self.model(ids, mask) @ head.T


if __name__ == "__main__":
    write_variants(Path(sys.argv[1]), {name: {**COMMON, **options} for name, options in VARIANTS.items()}, CausalLM)
