"""Small tokenizers of every kind, made with the real libraries, and the ids and texts that they give.

  python make_tokenizers.py ../../test/reference/tokenizers [--only KIND …] [--definitions FOLDER]

Each folder holds the files that a published model of that kind has (no `tokenizer.json` where it has none) and
`cases.json`: [{text, ids, plainIds, decoded, cuts: [[tokens, text]]}] by transformers' AutoTokenizer (tiktoken for Qwen, LLaMA's
slow class for Baichuan). `--definitions` also saves what transformers converts each folder to, for comparison by eye.
Needs: transformers 4.57.1, tokenizers 0.22.2, sentencepiece 0.2.3, tiktoken 0.14.0, protobuf. The WordPiece trainer is not
deterministic: a second run gives other vocabularies for BERT, each with its own right ids.
"""
import argparse
import base64
import json
import pathlib
import shutil

import sentencepiece as spm
import tiktoken
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tiktoken._educational import bpe_train
from transformers import AutoTokenizer, LlamaTokenizer

TEXT = """The quick brown fox jumps over the lazy dog, and the dog doesn't mind: it's 12,345 years old.
We've measured 3.14159 and 2024-11-05; they're the reader's numbers. I'll say what you'd say.
Das Übergewicht größerer Straßen fällt schöner aus als müde Bären. Çà et là, l'été, où naïve café.
El niño comió mañana; São João não pôs avós. Příliš žluťoučký kůň úpěl ďábelské ódy.
Быстрая лиса прыгает через ленивую собаку. Ο γρήγορος σκύλος τρέχει.
日本語のテキストと漢字。中文的文本，标点符号！한국어 문장입니다.
مرحبا بالعالم، هذا نص عربي. नमस्ते दुनिया। ภาษาไทย שלום עולם
Emoji 😀 😃 👍 and ☃. def f(x):\n    return x ** 2  # ok
Document: the passage is about the query and the document. Query: what is the passage about?
reading readers read the words, wording worded; testing tests tested the tester, lowest lower low
"""
CASES = [
    "Hello world", "", " ", "   ", "   leading", "trailing   ", "a  b   c    d", "tabs\tand\nlines\r\n\r\nx", "\n", "\n\n  \n x",
    "12345 67.8 ² ½ Ⅷ ٣٤٥ १२३", "日本語のテキスト、漢字。", "中文的文本，标点！", "한국어 문장", "مرحبا بالعالم، نص", "नमस्ते दुनिया", "ภาษาไทย",
    "שלום עולם", "emoji 😀👩‍👩‍👧‍👦🇩🇪 ok 🤖", "e\u0301 combining n\u0303 a\u0308\u0323", "naïve café — “quotes” don't I'LL we've",
    "\ufeffbom \u0085nel\u00a0nbsp\u2003em\u3000ideo", "x\u0000y\u200bz\u00ad", "ǅ ß ŉ İ ﬁ ＡＢＣ ① ㍿ ｶﾞ", "ΟΔΟΣ ΣΑΣ Straße ÇA", "\u2028 \u2029 \u001c x",
    "𠀀𠀁 𝒜𝔅 supplementary", "def f(x):\n    return x**2  # ok\n", "Document: The cat. Query:what", "▁under ▁▁ line", "aaaaaaaaaaaa bbbbbbb",
    "reading,readers;lowest(lower)", "x" * 120 + " y", "～wave〜 ￣ ﷺ", "<0x0A> <unk> [UNK]", "{specials}", "{specials:spaced}", "a?b!c…d、e।f، g",
]


def corpus(out):
    path = out / "corpus.txt"
    path.write_text(TEXT * 3, encoding="utf8")
    return str(path)


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")), encoding="utf8")


def sentencepiece(folder, name, text, **options):
    spm.SentencePieceTrainer.train(
        input=text, model_prefix=str(folder / "spm"), minloglevel=2, num_threads=1, hard_vocab_limit=False, **options
    )
    (folder / "spm.vocab").unlink()
    (folder / "spm.model").rename(folder / name)


LLAMA = dict(model_type="bpe", vocab_size=620, byte_fallback=True, normalization_rule_name="identity",
             remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True, character_coverage=0.98)


def llama(folder, text):
    sentencepiece(folder, "tokenizer.model", text, **LLAMA)
    write(folder / "tokenizer_config.json", {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>",
          "unk_token": "<unk>", "clean_up_tokenization_spaces": False, "add_bos_token": True, "add_eos_token": False})


def llama_new(folder, text):
    llama(folder, text)
    file = folder / "tokenizer_config.json"
    write(file, {**json.loads(file.read_text()), "legacy": False, "add_eos_token": True})


def baichuan(folder, text):
    options = {**LLAMA, "add_dummy_prefix": False, "user_defined_symbols": ["<reserved_7>"]}
    sentencepiece(folder, "tokenizer.model", text, **options)
    write(folder / "tokenizer_config.json", {"tokenizer_class": "BaichuanTokenizer", "bos_token": "<s>", "eos_token": "</s>",
          "unk_token": "<unk>", "pad_token": "<unk>", "add_bos_token": False, "add_eos_token": False, "clean_up_tokenization_spaces": False})


def t5(folder, text):
    # A few rules of nmt_nfkc: the whole map is 230 KB.
    rules = {"\t": " ", "\n": " ", "\r": " ", "\u00a0": " ", "\u2003": " ", "\u3000": " ", "\ufeff": " ", "\u200b": " ", "\u0085": " ",
             "\u001c": "", "ﬁ": "fi", "①": "1", "㍿": "株式会社", "²": "2", "½": "1⁄2", "Ⅷ": "VIII", "e\u0301": "é", "n\u0303": "ñ",
             "ｶﾞ": "ガ", "ｶ": "カ", "\u2028": " ", "\u2029": " ", "ŉ": "ʼn", "；": ";", "，": ",", "！": "!", "￣": " ̄"}
    rules |= {chr(0xFF21 + i): chr(65 + i) for i in range(26)}
    file = folder / "rules.tsv"
    point = lambda s: " ".join(f"{ord(c):X}" for c in s)
    file.write_text("".join(f"{point(a)}\t{point(b)}\n" for a, b in rules.items()))
    sentencepiece(folder, "spiece.model", text, model_type="unigram", vocab_size=500, normalization_rule_tsv=str(file),
                  pad_id=0, eos_id=1, unk_id=2, bos_id=-1, character_coverage=0.98)
    file.unlink()
    write(folder / "tokenizer_config.json", {"tokenizer_class": "T5Tokenizer", "extra_ids": 100, "eos_token": "</s>", "unk_token": "<unk>",
          "pad_token": "<pad>", "additional_special_tokens": [f"<extra_id_{i}>" for i in range(100)]})


def fairseq(folder, text, tokenizer_class):
    # As the published files: <unk>, <s>, </s> first. The rules of the characters' map are T5's fixture's business.
    sentencepiece(folder, "sentencepiece.bpe.model", text, model_type="unigram", vocab_size=400, normalization_rule_name="identity",
                  unk_id=0, bos_id=1, eos_id=2, pad_id=-1, character_coverage=0.98)
    write(folder / "tokenizer_config.json", {"tokenizer_class": tokenizer_class, "model_max_length": 512})


QWEN_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3_SPLIT = QWEN_SPLIT.replace(r"\p{N}|", r"\p{N}{1,3}|", 1)
BLOOM_SPLIT = " ?[^(\\s|[.,!?…。，、।۔،])]+"
QWEN_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + [f"<|extra_{i}|>" for i in range(205)]


def qwen(folder, text):
    ranks = bpe_train(pathlib.Path(text).read_text(encoding="utf8"), 480, QWEN_SPLIT, visualise=None)
    (folder / "qwen.tiktoken").write_text("".join(f"{base64.b64encode(t).decode()} {r}\n" for t, r in ranks.items()))
    write(folder / "tokenizer_config.json", {"tokenizer_class": "QWenTokenizer", "model_max_length": 8192,
          "auto_map": {"AutoTokenizer": ["tokenization_qwen.QWenTokenizer", None]}})
    return ranks


def byte_bpe(text, split, size, normalizer=None, special=()):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = split
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train([text], trainers.BpeTrainer(vocab_size=size, special_tokens=list(special), show_progress=False,
                                               initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def split_rule(pattern):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)])


def gpt2(folder, text):
    byte_bpe(text, pre_tokenizers.ByteLevel(False), 460, special=["<|endoftext|>"]).model.save(str(folder))
    write(folder / "tokenizer_config.json", {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False})


def opt(folder, text):
    byte_bpe(text, pre_tokenizers.ByteLevel(False), 420, special=["<s>", "<pad>", "</s>", "<unk>"]).model.save(str(folder))
    write(folder / "tokenizer_config.json", {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True, "add_prefix_space": True,
          **{k: {"__type": "AddedToken", "content": v, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
             for k, v in dict(bos_token="</s>", eos_token="</s>", unk_token="</s>").items()}, "pad_token": "<pad>"})


def roberta(folder, text):
    byte_bpe(text, pre_tokenizers.ByteLevel(False), 420, special=["<s>", "<pad>", "</s>", "<unk>", "<mask>"]).model.save(str(folder))
    write(folder / "tokenizer_config.json", {"tokenizer_class": "RobertaTokenizer"})


def qwen2(folder, text):
    tokenizer = byte_bpe(text, split_rule(QWEN_SPLIT), 460, normalizers.NFC())
    tokenizer.model.save(str(folder))
    size = tokenizer.get_vocab_size()
    added = {size + i: {"content": t, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": i < 3}
             for i, t in enumerate(["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>"])}
    write(folder / "tokenizer_config.json", {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
          "bos_token": None, "unk_token": None, "add_prefix_space": False, "clean_up_tokenization_spaces": False, "added_tokens_decoder": added})


def llama3(folder, text):
    tokenizer = byte_bpe(text, split_rule(LLAMA3_SPLIT), 460)
    tokenizer.add_special_tokens(["<|begin_of_text|>", "<|end_of_text|>"])
    bos = "<|begin_of_text|>"
    template = processors.TemplateProcessing(single=f"{bos}:0 $A:0", pair=f"{bos}:0 $A:0 {bos}:1 $B:1",
                                             special_tokens=[(bos, tokenizer.token_to_id(bos))])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), template])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": bos, "eos_token": "<|end_of_text|>",
          "clean_up_tokenization_spaces": True})


def bloom(folder, text):
    tokenizer = byte_bpe(text, split_rule(BLOOM_SPLIT), 460, special=["<unk>", "<s>", "</s>", "<pad>"])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write(folder / "tokenizer_config.json", {"tokenizer_class": "BloomTokenizerFast", "bos_token": "<s>", "eos_token": "</s>",
          "unk_token": "<unk>", "pad_token": "<pad>", "add_prefix_space": False})


def word_piece(folder, text, lower, **settings):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower, strip_accents=settings.get("strip_accents"),
                                                      handle_chinese_chars=settings.get("tokenize_chinese_chars", True))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train([text], trainers.WordPieceTrainer(vocab_size=500, show_progress=False,
                    special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    tokenizer.model.save(str(folder))
    write(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "do_lower_case": lower, **settings})


MAKERS = {
    "llama": llama, "llama-new": llama_new, "baichuan": baichuan, "t5": t5, "qwen": qwen, "gpt2": gpt2, "opt": opt, "roberta": roberta,
    "qwen2": qwen2, "llama3": llama3, "bloom": bloom,
    "xlm-roberta": lambda folder, text: fairseq(folder, text, "XLMRobertaTokenizer"),
    "camembert": lambda folder, text: fairseq(folder, text, "CamembertTokenizer"),
    "bert-uncased": lambda folder, text: word_piece(folder, text, True), "bert-cased": lambda folder, text: word_piece(folder, text, False),
    "bert-words": lambda folder, text: word_piece(folder, text, False, strip_accents=True, tokenize_chinese_chars=False),
}
SPECIALS = {"llama": "<s></s><unk>", "llama-new": "<s></s><unk>", "baichuan": "<s></s><reserved_7>", "t5": "</s><extra_id_0><pad>",
            "qwen": "<|im_start|><|endoftext|><|extra_3|>", "gpt2": "<|endoftext|>", "opt": "</s><pad>", "roberta": "<s></s><mask>",
            "qwen2": "<|im_end|><think><|endoftext|>", "llama3": "<|begin_of_text|><|end_of_text|>", "bloom": "<s></s><pad>",
            "xlm-roberta": "<s></s><mask>", "camembert": "<s></s><mask>",
            "bert-uncased": "[CLS][SEP][MASK]", "bert-cased": "[CLS][SEP][MASK]", "bert-words": "[CLS][SEP][MASK]"}


def expected(kind, folder, ranks):
    """ids with special tokens, ids without, decoded text of a list of ids."""
    if kind == "qwen":
        size = len(ranks)
        encoding = tiktoken.Encoding("qwen", pat_str=QWEN_SPLIT, mergeable_ranks=ranks,
                                     special_tokens={t: size + i for i, t in enumerate(QWEN_SPECIAL)})
        import unicodedata
        encode = lambda text, special: encoding.encode(unicodedata.normalize("NFC", text), allowed_special="all")
        return encode, lambda ids: encoding.decode(ids, errors="replace")
    if kind == "baichuan":  # The remote code's class is LLaMA's slow one of early 2023.
        slow = LlamaTokenizer.from_pretrained(folder, legacy=True, add_bos_token=False)
        # That class puts spaces around special tokens (left out here) and decodes what is between with SentencePiece itself.
        def decode(ids):
            return None if set(ids) & {0, 1, 2, 3} else slow.sp_model.decode(ids)
        return (lambda text, special: slow.encode(text, add_special_tokens=special)), decode
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return (lambda text, special: tokenizer.encode(text, add_special_tokens=special)), tokenizer.decode


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--definitions", type=pathlib.Path)
    arguments.add_argument("--only", nargs="*", default=list(MAKERS), help="kinds to write, the others stay")
    a = arguments.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    text = corpus(a.out)
    for kind in a.only:
        make = MAKERS[kind]
        folder = a.out / kind
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        ranks = make(folder, text)
        encode, decode = expected(kind, str(folder), ranks)
        cases = []
        for case in CASES:
            special = SPECIALS[kind]
            case = case.replace("{specials}", f"a{special}b").replace("{specials:spaced}", f"a {special} b {special}")
            ids, plain = encode(case, True), encode(case, False)
            # What truncateText gives: characters cut in the middle.
            cuts = [[n, decode(plain[:n])] for n in (1, 2, 3, 5, 8) if n < len(plain)]
            if kind == "baichuan":  # SentencePiece counts the bytes of a cut character otherwise than the fast tokenizers.
                cuts = [cut for cut in cuts if cut[1] and "\ufffd" not in cut[1]]
            cases.append({"text": case, "ids": ids, "plainIds": plain, "decoded": decode(ids), "cuts": cuts})
        write(folder / "cases.json", cases)
        if a.definitions and kind not in ("qwen", "baichuan"):
            AutoTokenizer.from_pretrained(folder).save_pretrained(a.definitions / kind)
    pathlib.Path(text).unlink()


main()
