#!/usr/bin/env python3
"""Reference files for the specs of libs/model and libs/tokenizer, made by Hugging Face transformers and gguf.

    python3 -m venv .venv && .venv/bin/pip install -r tools/make-reference-fixtures/requirements.txt
    .venv/bin/python tools/make-reference-fixtures/make_llama.py test/reference

Each `llama-*` folder is a tiny random checkpoint of odd sizes, norms and biases moved away from 1 and 0, with
`batch.json` (ids and mask, right-padded, unequal lengths) and `expected.safetensors`: the logits, and the gradient of
every weight of the sum of the next tokens' log-probabilities over real positions, float32, eager attention.
"""
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf.quants import dequantize
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from checkpoint import VOCABULARY, add_gguf_tokenizer, perturb, write_expected

out = Path(sys.argv[1])
SIZES = dict(vocab_size=VOCABULARY, hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=6,
             max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=0)
VARIANTS = {
    # heads * head size differs from the hidden size; three query heads a key head
    "llama-tied": dict(num_key_value_heads=2, head_dim=6, tie_word_embeddings=True, rope_theta=500.0, rms_norm_eps=1e-5),
    "llama-untied-bias": dict(num_key_value_heads=3, head_dim=4, tie_word_embeddings=False, attention_bias=True,
                              mlp_bias=True, rms_norm_eps=1e-3,
                              rope_scaling=dict(rope_type="llama3", factor=4.0, low_freq_factor=1.0,
                                                high_freq_factor=4.0, original_max_position_embeddings=16)),
    # one key head for all; stored in bfloat16, in shards
    "llama-sharded-bf16": dict(num_key_value_heads=1, head_dim=4, tie_word_embeddings=True,
                               rope_scaling=dict(rope_type="linear", factor=2.5)),
}
TEXTS = ["Hello world", "", "   leading", "trailing   ", "tabs\tand\nlines\r\n\r\nx", "12345 67.8 ²³ ½ Ⅷ ٣٤٥ १२३",
         "日本語のテキスト、漢字。", "한국어 문장", "emoji 😀👩‍👩‍👧‍👦🇩🇪 ok", "e\u0301 combining n\u0303",
         "<|im_end|> inside <|endoftext|>text", "naïve café — “quotes” don't I'LL we've", "\ufeffbom \u0085nel\u00a0nbsp\u2003em\u3000ideo",
         "مرحبا بالعالم", "नमस्ते दुनिया", "ไทยภาษา", "a  b   c    d", "Document: The cat. Query:what", "x\u0000y\u200bz",
         "def f(x):\n    return x**2  # ok\n", "ǅ ß ŉ İ", "\u2028 \u2029 \u001c x"]


def make_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY - 4, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator(TEXTS * 2 + ["the cat sat on the mat", "Document: what Query:"] * 3, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>")


def unpermuted_to_gguf(weight, heads):
    """llama.cpp's LlamaModel.permute."""
    rows = weight.shape[0]
    return weight.reshape(heads, 2, rows // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(path, model, tokenizer):
    config = model.config
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    definition = json.loads(tokenizer.backend_tokenizer.to_str())
    add_gguf_tokenizer(writer, definition)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for name, weight in model.state_dict().items():
        if name == "lm_head.weight":
            continue
        data = weight.numpy()
        if "q_proj" in name:
            data = unpermuted_to_gguf(data, config.num_attention_heads)
        if "k_proj" in name:
            data = unpermuted_to_gguf(data, config.num_key_value_heads)
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), np.ascontiguousarray(data))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


tokenizer = make_tokenizer()
for seed, (name, options) in enumerate(VARIANTS.items()):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    model = LlamaForCausalLM(LlamaConfig(**SIZES, **options, attn_implementation="eager")).eval()
    perturb(model, seed)
    if name.endswith("bf16"):
        model.to(torch.bfloat16).save_pretrained(folder, max_shard_size="8KB")
        # Read again: the cast has rounded the rotary frequencies too.
        model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    else:
        model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    if name == "llama-tied":
        write_gguf(folder / "model.gguf", model, tokenizer)
    write_expected(folder, model, lambda ids, mask: model(ids, attention_mask=mask).logits, (7, 3))

reloaded = AutoTokenizer.from_pretrained(out / "llama-tied")
cases = []
for text in TEXTS:
    ids = reloaded.encode(text, add_special_tokens=False)
    cases.append({"text": text, "ids": ids, "cuts": [reloaded.decode(ids[:n]) for n in range(0, len(ids) + 1, 3)]})
(out / "llama-tied" / "tokenizer-cases.json").write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")) + "\n")

# Every block format, over random bytes with sane scales.
blocks = out / "gguf-blocks"
blocks.mkdir(exist_ok=True)
random = np.random.default_rng(3)
writer = gguf.GGUFWriter(str(blocks / "blocks.gguf"), "blocks")
expected = {}
SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q6_K": [208]}
for kind in ["F32", "F16", "BF16", *SCALES]:
    type_ = gguf.GGMLQuantizationType[kind]
    weights, size = gguf.GGML_QUANT_SIZES[type_]
    if kind in SCALES:
        raw = random.integers(0, 256, (2, 3, size), dtype=np.uint8)
        for at in SCALES[kind]:
            scale = random.normal(0, 0.1, (2, 3)).astype(np.float16)
            raw[:, :, at:at + 2] = scale[..., None].view(np.uint8)
        raw = raw.reshape(2, 3 * size)
    else:
        values = random.normal(0, 1, (2, 5)).astype(np.float32)
        upper = (values.view(np.uint32) >> 16).astype(np.uint16)
        raw = {"F32": values, "F16": values.astype(np.float16), "BF16": upper}[kind]
    typed = raw.view(np.uint8) if kind == "BF16" else raw
    expected[kind] = torch.from_numpy(np.ascontiguousarray(dequantize(typed, type_).astype(np.float32)))
    raw = raw.view(np.uint8)
    writer.add_tensor(kind, raw, raw_dtype=type_)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
save_file(expected, blocks / "expected.safetensors")
print("wrote", out)
