#!/usr/bin/env python3
"""Reference files of Qwen (the first), written like those of make_llama.py (run that first: the tokenizer is its).

    .venv/bin/python tools/make-reference-fixtures/make_qwen.py test/reference

Its code is not part of transformers; what follows computes what modeling_qwen.py of the published models does in
evaluation mode: one matrix for query, key and value, rotary positions whose base grows with the length (dynamic NTK) and
queries that grow with their position (log-n) beyond `seq_length`, a feed-forward part gated by w2. float32.
"""
import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from checkpoint import VOCABULARY, write_variants
from torch import nn

COMMON = dict(model_type="qwen", architectures=["QWenLMHeadModel"], vocab_size=VOCABULARY, num_hidden_layers=2,
              initializer_range=0.02, max_position_embeddings=64, scale_attn_weights=True, use_cache=True, bf16=False,
              fp16=False, fp32=False, use_flash_attn=False, tie_word_embeddings=False, onnx_safe=None,
              tokenizer_class="QWenTokenizer", rotary_emb_base=10000)
VARIANTS = {
    "qwen-published": dict(hidden_size=8, num_attention_heads=2, kv_channels=4, intermediate_size=10, seq_length=64,
                           layer_norm_epsilon=1e-6, no_bias=True, rotary_pct=1.0, use_dynamic_ntk=True, use_logn_attn=True),
    # the longer sequence is beyond seq_length; half of the channels are turned
    "qwen-long": dict(hidden_size=8, num_attention_heads=1, kv_channels=8, intermediate_size=14, seq_length=4,
                      layer_norm_epsilon=1e-3, no_bias=False, rotary_pct=0.5, rotary_emb_base=500, use_dynamic_ntk=True,
                      use_logn_attn=True),
}


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rotary(config, length, real_length):
    """Cosines and sines [S, r] for one sequence."""
    size = int(config["kv_channels"] * config["rotary_pct"])
    alpha = 1.0
    if config["use_dynamic_ntk"]:
        alpha = max(2 ** math.ceil(math.log(real_length / config["seq_length"], 2) + 1) - 1, 1)
    base = config["rotary_emb_base"] * alpha ** (size / (size - 2))
    inverse = 1.0 / (base ** (torch.arange(0, size, 2).float() / size))
    angles = torch.outer(torch.arange(length).float(), inverse)
    angles = torch.cat([angles, angles], -1)
    return angles.cos(), angles.sin()


def rotated(x, cosine, sine):
    turned, passed = x[..., :cosine.shape[-1]], x[..., cosine.shape[-1]:]
    first, second = turned.chunk(2, -1)
    return torch.cat([turned * cosine + torch.cat([-second, first], -1) * sine, passed], -1)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        size = config["hidden_size"]
        width = config["kv_channels"] * config["num_attention_heads"]
        self.c_attn = nn.Linear(size, 3 * width)
        self.c_proj = nn.Linear(size, width, bias=not config["no_bias"])

    def forward(self, x, visible, cosine, sine):
        batch, length, size = x.shape
        heads, limit = self.config["num_attention_heads"], self.config["seq_length"]
        q, k, v = (part.view(batch, length, heads, -1).transpose(1, 2) for part in self.c_attn(x).split(size, -1))
        q, k = rotated(q, cosine, sine), rotated(k, cosine, sine)
        if self.config["use_logn_attn"] and length > limit:
            grown = [math.log(i, limit) if i > limit else 1 for i in range(1, length + 1)]
            q = q * torch.tensor(grown)[:, None]
        scores = q @ k.transpose(2, 3) / math.sqrt(v.shape[-1])
        scores = scores.masked_fill(~visible, torch.finfo(torch.float32).min)
        return self.c_proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, size))


class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        size, width, bias = config["hidden_size"], config["intermediate_size"] // 2, not config["no_bias"]
        self.w1 = nn.Linear(size, width, bias=bias)
        self.w2 = nn.Linear(size, width, bias=bias)
        self.c_proj = nn.Linear(width, size, bias=bias)

    def forward(self, x):
        return self.c_proj(self.w1(x) * F.silu(self.w2(x)))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.ln_1 = RMSNorm(config["hidden_size"], config["layer_norm_epsilon"])
        self.attn = Attention(config)
        self.ln_2 = RMSNorm(config["hidden_size"], config["layer_norm_epsilon"])
        self.mlp = FeedForward(config)

    def forward(self, x, *where):
        x = x + self.attn(self.ln_1(x), *where)
        return x + self.mlp(self.ln_2(x))


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.wte = nn.Embedding(VOCABULARY, config["hidden_size"])
        self.h = nn.ModuleList(Block(config) for _ in range(config["num_hidden_layers"]))
        self.ln_f = RMSNorm(config["hidden_size"], config["layer_norm_epsilon"])

    def forward(self, ids, mask):
        length = ids.shape[1]
        visible = torch.ones(length, length).tril().bool() & mask[:, None, None, :].bool()
        tables = [rotary(self.config, length, int(real)) for real in mask.sum(-1)]
        cosine, sine = (torch.stack(parts)[:, None] for parts in zip(*tables))
        x = self.wte(ids)
        for block in self.h:
            x = block(x, visible, cosine, sine)
        return self.ln_f(x)


class CausalLM(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.transformer = Model(config)
        self.lm_head = nn.Linear(config["hidden_size"], VOCABULARY, bias=False)

    def forward(self, ids, mask):
        return self.lm_head(self.transformer(ids, mask))


if __name__ == "__main__":
    write_variants(Path(sys.argv[1]), {name: {**COMMON, **options} for name, options in VARIANTS.items()}, CausalLM)
