#!/usr/bin/env python3
"""Reference files for the specs of T5, mT5 and umT5, made by Hugging Face transformers.

    .venv/bin/python tools/make-reference-fixtures/make_t5.py test/reference

Tiny random checkpoints of odd sizes, norms moved away from 1, with a small tokenizer of T5's kind; two texts of unequal
lengths to read and to write, and the logits and gradients of the reference in float32 with eager attention. `t5-words` is a
reranker: its scores are those that MonoT5 (castorini/pygaggle, `rerank/transformer.py`) computes for pairs in many languages.
Needs sentencepiece 0.2.3 and protobuf as well.
"""
import io
import json
import shutil
import sys
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from transformers import (AutoTokenizer, MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration, UMT5Config,
                          UMT5ForConditionalGeneration)

from checkpoint import perturb

out = Path(sys.argv[1])
SIZES = dict(d_model=6, d_kv=3, d_ff=10, num_heads=3, num_layers=2, layer_norm_epsilon=1e-3,
             pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
# The last bucket begins before the texts end.
NEAR = dict(relative_attention_num_buckets=9, relative_attention_max_distance=11)
T5 = (T5ForConditionalGeneration, T5Config)
VARIANTS = {
    # 1.0; files of its age hold every copy of the embedding
    "t5-tied": (*T5, dict(NEAR, num_decoder_layers=3), (14, 5), False),
    # 1.1 with the published biases
    "t5-gated": (*T5, dict(num_heads=5, d_kv=2, num_layers=3, num_decoder_layers=1, feed_forward_proj="gated-gelu",
                           tie_word_embeddings=False), (30, 9), True),
    "t5-silu": (*T5, dict(NEAR, d_model=8, num_heads=1, feed_forward_proj="gated-silu", decoder_start_token_id=4), (12, 3), True),
    "mt5-gated": (MT5ForConditionalGeneration, MT5Config, dict(NEAR, d_kv=4), (13, 4), True),
    "umt5-gated": (UMT5ForConditionalGeneration, UMT5Config, dict(NEAR, num_decoder_layers=3), (13, 4), True),
}

QUERIES = ["what does the fox jump over", "wie groß sind die Straßen", "日本語の漢字", "быстрая лиса", "مرحبا بالعالم", "  spaces  and </s> a <pad> <extra_id_0>"]
DOCUMENTS = ["The quick brown fox jumps over the lazy dog.", "Größere Straßen fallen schöner aus.", "日本語のテキストと漢字、そして中文的文本。", "",
             "Ленивая собака. " * 3, "It is true, it is false: </s> and Relevant: are text here <extra_id_7>."]
TEXT = """it is true that the fox is quick; it is false that the dog is quick. true or false, false or true, yes or no
Query: what is the passage about Document: the passage is about the query Relevant: true
Query: the reader of the document Document: readers read the passage Relevant: false
The quick brown fox jumps over the lazy dog. Das Übergewicht größerer Straßen fällt schöner aus als müde Bären.
Быстрая лиса прыгает через ленивую собаку. 日本語のテキストと漢字。中文的文本。 مرحبا بالعالم
"""


def write_words(folder):
    """A tokenizer of T5's kind."""
    # Into memory: a file would hold its own place and differ each time.
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT.splitlines() * 5), model_writer=written, model_type="unigram", vocab_size=260, hard_vocab_limit=False,
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, character_coverage=1.0, normalization_rule_name="identity", minloglevel=2, num_threads=1)
    (folder / "spiece.model").write_bytes(written.getvalue())
    config = {"tokenizer_class": "T5Tokenizer", "extra_ids": 20, "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
              "additional_special_tokens": [f"<extra_id_{i}>" for i in range(20)]}
    (folder / "tokenizer_config.json").write_text(json.dumps(config) + "\n")
    return AutoTokenizer.from_pretrained(folder)


def text_ids(tokenizer, text):
    """What MonoT5 encodes, but that special tokens in it are text, as SentencePiece alone has it."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=tokenizer.vocab_file)
    return pieces.encode(text) + [tokenizer.eos_token_id]


def texts(lengths, seed):
    ids = torch.randint(3, SIZES["vocab_size"], (len(lengths), max(lengths)), generator=torch.Generator().manual_seed(seed))
    mask = torch.tensor([[int(place < length) for place in range(max(lengths))] for length in lengths])
    return ids * mask, mask


def write_expected(folder, model, lengths):
    """Of what is written every token but the first, the start token, is scored."""
    ids, mask = texts(lengths, 7)
    decoder_ids, decoder_mask = texts((4, 12), 8)
    decoder_ids[:, 0] = model.config.decoder_start_token_id
    logits = model(input_ids=ids, attention_mask=mask, decoder_input_ids=decoder_ids, decoder_attention_mask=decoder_mask).logits
    log_probs = logits.log_softmax(-1)[:, :-1].gather(-1, decoder_ids[:, 1:, None])[..., 0]
    (log_probs * decoder_mask[:, 1:]).sum().backward()
    expected = {"logits": logits.detach().contiguous()}
    expected.update({f"gradient/{key}": weight.grad for key, weight in model.named_parameters()})
    save_file(expected, folder / "expected.safetensors")
    batch = {"ids": ids, "mask": mask, "decoderIds": decoder_ids, "decoderMask": decoder_mask}
    (folder / "batch.json").write_text(json.dumps({key: value.tolist() for key, value in batch.items()}) + "\n")


def new_folder(name):
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


words_folder = new_folder("t5-words")
tokenizer = write_words(words_folder)
vocabulary = tokenizer.get_vocab()
# As in the published models, the output has rows to spare.
SIZES["vocab_size"] = len(vocabulary) + 3

for seed, (name, (model_class, config_class, options, lengths, safe)) in enumerate(VARIANTS.items()):
    folder = new_folder(name)
    model = model_class(config_class(**{**SIZES, **options}, attn_implementation="eager")).eval()
    perturb(model, seed)
    model.save_pretrained(folder, safe_serialization=safe)
    for file in ["spiece.model", "tokenizer_config.json"]:
        shutil.copy(words_folder / file, folder / file)
    write_expected(folder, model, lengths)

words = [vocabulary["▁true"], vocabulary["▁false"]]
model = T5ForConditionalGeneration(T5Config(**SIZES, **NEAR)).eval()
perturb(model, 11)
model.save_pretrained(words_folder)
scores = []
for query in QUERIES:
    for document in DOCUMENTS:
        ids = torch.tensor([text_ids(tokenizer, f"Query: {query} Document: {document} Relevant:")])
        logits = model(input_ids=ids, decoder_input_ids=torch.zeros((1, 1), dtype=torch.long)).logits[0, -1]
        scores.append({"query": query, "document": document, "ids": ids[0].tolist(), "score": logits[words].log_softmax(-1)[0].item()})
(words_folder / "scores.json").write_text(json.dumps({"true": words[0], "false": words[1], "scores": scores}, separators=(",", ":")) + "\n")
print("wrote", out, "scores", len(scores))
