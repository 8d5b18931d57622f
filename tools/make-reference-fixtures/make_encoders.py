#!/usr/bin/env python3
"""Reference files for classifiers: cross-encoders, and decoders with a classification head.

    python3 -m venv .venv && .venv/bin/pip install -r tools/make-reference-fixtures/requirements.txt
    .venv/bin/python tools/make-reference-fixtures/make_encoders.py test/reference

Tiny random checkpoints of odd sizes, norms and biases moved away from 1 and 0; in each folder `batch.json` (ids, mask, types) and
`expected.safetensors`: logits in float32 with eager attention, and the gradient of every weight of the sum of the logits, each
multiplied by its place (1, 2, … row by row). `scores.json` of some holds texts and what AutoTokenizer and model give them: a label's
logit, or the log-probability of the last of two. Needs the folders that make_tokenizers.py writes.
"""
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

from checkpoint import perturb

out = Path(sys.argv[1])
BERT = dict(hidden_size=6, num_hidden_layers=2, num_attention_heads=3, intermediate_size=10, max_position_embeddings=16,
            layer_norm_eps=1e-3)
LLAMA = dict(hidden_size=6, num_hidden_layers=2, num_attention_heads=3, num_key_value_heads=1, intermediate_size=10,
             max_position_embeddings=32)
MODERN = dict(hidden_size=6, num_hidden_layers=3, num_attention_heads=3, intermediate_size=10, max_position_embeddings=32,
              global_attn_every_n_layers=2, global_rope_theta=500.0, local_rope_theta=50.0, norm_eps=1e-3, pad_token_id=0,
              bos_token_id=2, eos_token_id=3, cls_token_id=2, sep_token_id=3)
# folder: (model_type, tokenizer, labels, pad, sizes)
MODELS = {
    "bert-one-label": ("bert", "bert-uncased", 1, 0, dict(BERT, type_vocab_size=3)),
    "bert-two-labels": ("bert", "bert-cased", 2, 0, dict(BERT, num_attention_heads=2, num_hidden_layers=1, hidden_act="gelu_new")),
    "roberta-one-label": ("roberta", "roberta", 1, 1, dict(BERT, type_vocab_size=1)),
    "xlm-roberta-two-labels": ("xlm-roberta", "roberta", 2, 1, dict(BERT, num_hidden_layers=1, type_vocab_size=2, hidden_act="relu")),
    "electra-one-label": ("electra", "bert-uncased", 1, 0, dict(BERT, embedding_size=4, num_hidden_layers=1)),
    "distilbert-one-label": ("distilbert", "bert-uncased", 1, 0, dict(dim=6, n_layers=2, n_heads=3, hidden_dim=10, max_position_embeddings=16)),
    # a window shorter than the sequences
    "modernbert-first-token": ("modernbert", "bert-uncased", 1, 0, dict(MODERN, local_attention=6)),
    "modernbert-mean": ("modernbert", "bert-uncased", 2, 0, dict(MODERN, local_attention=4, classifier_pooling="mean", norm_bias=True,
                        attention_bias=True, mlp_bias=True, classifier_bias=True, hidden_activation="gelu_new", classifier_activation="silu")),
    "llama-one-label": ("llama", "llama3", 1, 2, dict(LLAMA, tie_word_embeddings=False)),
    "opt-two-labels": ("opt", "opt", 2, 1, dict(hidden_size=6, num_hidden_layers=1, ffn_dim=10, num_attention_heads=3, max_position_embeddings=16,
                                                word_embed_proj_dim=5, do_layer_norm_before=False)),
    "gpt2-one-label": ("gpt2", "gpt2", 1, 0, dict(n_embd=6, n_layer=1, n_head=3, n_positions=16)),
}
# Longest input, and what is put before query and document, of those whose texts are scored.
SCORED = {"bert-one-label": (16, "", ""), "xlm-roberta-two-labels": (14, "", ""), "llama-one-label": (32, "query: ", "document: ")}
TEXTS = [("dog", "the fox and the dog"), ("dog", "日本語のテキスト"), ("what?", "été, naïve!"), ("", "fox"), ("the", ""), ("fox", "the lazy dog, " * 9)]
FILES = ["tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.txt", "vocab.json", "merges.txt"]


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def batch(vocabulary, pad, lengths=(11, 4, 7)):
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(5, vocabulary, (len(lengths), max(lengths)), generator=generator)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        mask[row, :length] = 1
        types[row, length // 2:length] = 1
    return torch.where(mask == 1, ids, pad), mask, types


for seed, (name, (model_type, tokenizer, labels, pad, sizes)) in enumerate(MODELS.items()):
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in FILES:
        if (out / "tokenizers" / tokenizer / file).exists():
            shutil.copy(out / "tokenizers" / tokenizer / file, folder / file)
    vocabulary = len(AutoTokenizer.from_pretrained(folder)) + 3
    config = AutoConfig.for_model(model_type, vocab_size=vocabulary, num_labels=labels, pad_token_id=pad, **{k: v for k, v in sizes.items() if k != "pad_token_id"})
    model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager").eval()
    perturb(model, seed)
    model.save_pretrained(folder)
    ids, mask, types = batch(vocabulary, pad)
    extra = dict(token_type_ids=types) if model_type in ("bert", "electra") else {}
    logits = model(ids, attention_mask=mask, **extra).logits
    (logits * torch.arange(1, logits.numel() + 1).reshape(logits.shape)).sum().backward()
    expected = {"logits": logits.detach().contiguous()}
    expected.update({f"gradient/{key}": torch.zeros_like(weight) if weight.grad is None else weight.grad for key, weight in model.named_parameters()})
    save_file(expected, folder / "expected.safetensors")
    write_json(folder / "batch.json", {"ids": ids.tolist(), "mask": mask.tolist(), "types": types.tolist()})
    if name in SCORED:
        longest, before_query, before_document = SCORED[name]
        joined = AutoTokenizer.from_pretrained(folder)
        scores = []
        for query, document in TEXTS:
            # As lists: alone, an empty document would be taken for none.
            inputs = joined([before_query + query], [before_document + document], truncation="only_second", max_length=longest,
                            return_tensors="pt", return_token_type_ids=model_type == "bert")
            found = model(**inputs).logits[0].detach().double()
            scores.append({"query": query, "document": document, "score": float(found[0] if labels == 1 else found.log_softmax(-1)[-1])})
        write_json(folder / "scores.json", scores)

print("wrote", out)
