"""What the files beside `tokenizer.json` change of it: small tokenizers of every class with every setting, and the ids of each.

  python make_tokenizer_settings.py ../../test/reference

Reads `tokenizers/` there and writes `tokenizer-settings.json`: {"texts": [...], "bases": {name: tokenizer.json}, "cases": [{"base",
"files": {name: object}, "ids": [[...]], "error"}]}. Ids are those of transformers' AutoTokenizer; `error` is set where that fails.
Needs: transformers 4.57.1, tokenizers 0.22.2.
"""
import itertools
import json
import logging
import pathlib
import shutil
import sys
import tempfile

from transformers import AutoTokenizer
from transformers.utils import logging as hf_logging

hf_logging.set_verbosity(logging.CRITICAL)
TEXTS = [
    "Hello world", " leading and  two", "Çà était NAÏVE", "漢字 mixed漢字", "a <col> b<col>c", "x [DOC] y[doc]z kube-kuberneteskubernetes k8s",
    "end</s> of <s>it <|endoftext|>.", "[MASK] a<mask> b [SEP]", "<pad><unk>", "",
]
ABSENT = object()


def chosen(**options):
    """Every combination of the options, those that are ABSENT left out."""
    for values in itertools.product(*options.values()):
        yield {key: value for key, value in zip(options, values) if value is not ABSENT}


def token(content, **flags):
    return {"content": content, "lstrip": False, "rstrip": False, "normalized": False, "single_word": False, "special": False, **flags}


def bases(reference):
    found = {}
    for kind in ["bert-cased", "gpt2", "roberta", "bloom", "llama", "qwen2", "llama3", "t5", "xlm-roberta", "camembert"]:
        with tempfile.TemporaryDirectory() as place:
            shutil.copytree(reference / "tokenizers" / kind, place, dirs_exist_ok=True)
            made = json.loads(AutoTokenizer.from_pretrained(place).backend_tokenizer.to_str())
        made["truncation"] = made["padding"] = None
        if made["model"]["type"] == "Unigram":
            made["normalizer"] = None  # its table of characters is large, and settings leave it alone
        found[kind] = made
    prefixed = json.loads(json.dumps(found["gpt2"]))
    prefixed["pre_tokenizer"]["add_prefix_space"] = True
    found["gpt2-prefixed"] = prefixed
    lower = json.loads(json.dumps(found["bert-cased"]))
    lower["normalizer"].update(lowercase=True, strip_accents=True, handle_chinese_chars=False)
    found["bert-lower"] = lower
    return found


def with_class(name, config):
    return {"tokenizer_config.json": {"tokenizer_class": name, **config}}


def cases():
    for base in ["bert-cased", "bert-lower"]:
        for config in chosen(
            do_lower_case=[ABSENT, True, False], strip_accents=[ABSENT, None, True, False], tokenize_chinese_chars=[ABSENT, True, False]
        ):
            yield base, with_class("BertTokenizer", config)
        for name in ["BertTokenizerFast", "ElectraTokenizer", "DistilBertTokenizer", "DistilBertTokenizerFast"]:
            for config in [{}, {"do_lower_case": False}, {"do_lower_case": True, "strip_accents": False}]:
                yield base, with_class(name, config)
        yield base, with_class("PreTrainedTokenizerFast", {"do_lower_case": True})
        yield base, {"config.json": {"model_type": "bert"}}
    for base in ["gpt2", "gpt2-prefixed"]:
        for name in ["GPT2Tokenizer", "GPT2TokenizerFast", "PreTrainedTokenizerFast", "GPTNeoXTokenizer", "GPTNeoXTokenizerFast"]:
            for config in chosen(add_prefix_space=[ABSENT, True, False], add_bos_token=[ABSENT, True, False]):
                yield base, with_class(name, config)
            for config in chosen(add_bos_token=[True, False], add_eos_token=[True, False], bos_token=[ABSENT, "a"]):
                yield base, with_class(name, config)
        yield base, {"config.json": {"model_type": "gpt_neox"}}
        yield base, {"config.json": {"model_type": "gpt2"}}
        yield base, with_class("GPTNeoXTokenizer", {"add_bos_token": True, "bos_token": None})
    for name in ["RobertaTokenizer", "RobertaTokenizerFast"]:
        for config in chosen(add_prefix_space=[ABSENT, True, False], trim_offsets=[ABSENT, False]):
            yield "roberta", with_class(name, config)
    for config in chosen(add_prefix_space=[ABSENT, True, False], clean_up_tokenization_spaces=[ABSENT, True]):
        yield "bloom", with_class("BloomTokenizerFast", config)
        yield "qwen2", with_class("Qwen2Tokenizer", config)
        yield "llama3", with_class("PreTrainedTokenizerFast", config)
    for name in ["LlamaTokenizer", "LlamaTokenizerFast"]:
        for config in chosen(add_bos_token=[ABSENT, True, False], add_eos_token=[ABSENT, True, False], legacy=[ABSENT, False]):
            yield "llama", with_class(name, config)
    for config in chosen(add_bos_token=[None, True], add_eos_token=[None], add_prefix_space=[ABSENT, None]):
        yield "llama", with_class("LlamaTokenizer", config)
    yield "llama", with_class("PreTrainedTokenizerFast", {"add_bos_token": True, "bos_token": "<s>"})
    yield "llama", {"config.json": {"model_type": "llama"}}
    yield "llama", {"config.json": {"model_type": "mistral"}}
    for base, name in [("t5", "T5Tokenizer"), ("xlm-roberta", "XLMRobertaTokenizer"), ("camembert", "CamembertTokenizer")]:
        for config in [{}, {"model_max_length": 8}, {"additional_special_tokens": ["<col>"]}, {"eos_token": "</s>", "pad_token": None}]:
            yield base, with_class(name, config)
    flags = [{}, *({flag: True} for flag in ["lstrip", "rstrip", "single_word", "normalized", "special"]), {"lstrip": True, "rstrip": True}]
    for base, name in [("gpt2", "GPT2Tokenizer"), ("bert-cased", "BertTokenizer"), ("llama", "LlamaTokenizer"), ("llama3", "PreTrainedTokenizerFast")]:
        for flag in flags:
            decoder = {str(900 + at): token(text, **flag) for at, text in enumerate(["<col>", "[DOC]", "kubernetes"])}
            yield base, with_class(name, {"added_tokens_decoder": decoder})
        own = {"gpt2": "<|endoftext|>", "bert-cased": "[MASK]", "llama": "</s>", "llama3": "<|end_of_text|>"}[base]
        for flag in flags:
            yield base, with_class(name, {"added_tokens_decoder": {"2": token(own, **flag)}, "eos_token": own})
            yield base, with_class(name, {"mask_token": {"__type": "AddedToken", **token("<mask>", **flag)}})
            yield base, {**with_class(name, {}), "special_tokens_map.json": {"sep_token": token("[DOC]", **flag)}}
        yield base, {**with_class(name, {}), "added_tokens.json": {"<col>": 900, "[DOC]": 901, "kubernetes": 902}}
        yield base, {**with_class(name, {"sep_token": "[DOC]"}), "added_tokens.json": {"<col>": 900, "[DOC]": 901}}
        yield base, {**with_class(name, {"added_tokens_decoder": {}}), "added_tokens.json": {"<col>": 900}}
        yield base, {**with_class(name, {}), "special_tokens_map.json": {"pad_token": "<col>", "additional_special_tokens": ["[DOC]"]}}
        yield base, {**with_class(name, {"additional_special_tokens": ["<col>"]}), "special_tokens_map.json": {"additional_special_tokens": ["[DOC]", token("<col>")]}}
        yield base, {**with_class(name, {"added_tokens_decoder": {"9": token("<col>")}}), "special_tokens_map.json": {"pad_token": "[DOC]"}}
        yield base, {"special_tokens_map.json": {"pad_token": "[DOC]"}, "config.json": {"model_type": {"gpt2": "gpt2", "bert-cased": "bert"}.get(base, "llama")}}
        yield base, with_class(name, {"split_special_tokens": True})
        yield base, with_class(name, {"unk_token": None, "bos_token": None, "eos_token": "<col>"})
        yield base, with_class(name, {"model_max_length": 5, "padding_side": "left", "truncation_side": "left"})


def main(reference):
    made = bases(reference)
    rows = []
    for base, files in cases():
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            (folder / "tokenizer.json").write_text(json.dumps(made[base]))
            for name, value in files.items():
                (folder / name).write_text(json.dumps(value))
            row = {"base": base, "files": files}
            try:
                tokenizer = AutoTokenizer.from_pretrained(folder)
                row["ids"] = [tokenizer(text)["input_ids"] for text in TEXTS]
            except Exception as error:  # whatever it is, such a folder can't be loaded
                row["error"] = type(error).__name__
        rows.append(row)
    text = json.dumps({"texts": TEXTS, "bases": made, "cases": rows}, ensure_ascii=True, separators=(",", ":"))
    (reference / "tokenizer-settings.json").write_text(text.replace('{"base":', '\n{"base":') + "\n")
    print(len(rows), "cases,", sum("error" in row for row in rows), "errors,", len(text), "bytes")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
