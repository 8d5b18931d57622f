"""Texts that hold special tokens which are to be text, beside the tokenizers that make_tokenizers.py writes.

  python make_special_text.py ../../test/reference/tokenizers

`special-text.json`: [{text, ids}], without the template's tokens, by transformers with split_special_tokens=True (tiktoken with no
special token allowed for Qwen). Unigram tokenizers by their slow classes: the fast ones find `</s>` as a piece of their vocabulary
even then, SentencePiece itself doesn't. Needs what make_tokenizers.py needs.
"""
import base64
import json
import pathlib
import sys
import unicodedata

import tiktoken
from transformers import AutoTokenizer, LlamaTokenizer

QWEN_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TOKENS = ["<s>", "</s>", "<unk>", "<pad>", "<mask>", "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|extra_3|>", "<|begin_of_text|>",
          "<extra_id_0>", "[CLS]", "[SEP]", "[MASK]", "[UNK]", "<reserved_7>", "<think>"]
TEXTS = [text for token in TOKENS for text in (token, f"a{token}b", f"  the {token} dog {token} ")]
TEXTS += ["".join(TOKENS), "A cat.</s> Query: spam</s>", "日本</s>語<|im_end|>\n<|im_start|>naïve 😀[SEP]"]


def encoder(kind, folder):
    if kind == "qwen":
        lines = (folder / "qwen.tiktoken").read_text().split("\n")
        ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}
        plain = tiktoken.Encoding("qwen", pat_str=QWEN_SPLIT, mergeable_ranks=ranks, special_tokens={})
        return lambda text: plain.encode(unicodedata.normalize("NFC", text))
    if kind == "baichuan":
        tokenizer = LlamaTokenizer.from_pretrained(folder, legacy=True, add_bos_token=False, split_special_tokens=True)
    else:
        fast = AutoTokenizer.from_pretrained(folder, split_special_tokens=True)
        is_unigram = type(fast.backend_tokenizer.model).__name__ == "Unigram"
        tokenizer = AutoTokenizer.from_pretrained(folder, split_special_tokens=True, use_fast=False) if is_unigram else fast
    return lambda text: tokenizer.encode(text, add_special_tokens=False)


for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    encode = encoder(folder.name, folder)
    cases = [{"text": text, "ids": encode(text)} for text in TEXTS]
    (folder / "special-text.json").write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")) + "\n")
