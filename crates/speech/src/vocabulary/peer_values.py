#!/usr/bin/env python3
"""Writes what public tokenisers make of varied texts, for the test in `peer.rs`.

    python peer_values.py MODELS > peer_values.json

MODELS is a folder with `base` and `tiny.en` in CTranslate2's form (each with `tokenizer.json`). Needs the packages
faster-whisper (made with 1.2.1, tokenizers 0.23.3) and tiktoken (made with 0.14.0). All texts are invented.
"""
import json
import sys

import tiktoken
import tokenizers
from faster_whisper.tokenizer import Tokenizer

# The merged tokens of `testing.rs`, and the pattern of openai/whisper.
MERGED = ["he", "in", "re", " t", " a", "aa", "the", " the", "ou", "nd", "ing", "an", "st", " s", " w", "er", "en", "on",
          "or", "it", "aaaa", " there", "at", " and", "is", "th", "é", "日", " 20", "24", "  ", "\n\n", "--", " -", "!!",
          "ai", "rain", " rain", "..", "..."]
PATTERN = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""

NAMED = {
    "en": [
        "", " ", "a", " Good evening and welcome.", "Good evening", "The harbour reopened on Tuesday at 6:30 a.m.",
        "It's what they'd've said, isn't it? We'll see; I'm sure you're right.", "DON'T SHOUT, WE'RE HERE",
        "'special' 'tis the season, rock 'n' roll", "He said: “That’s not what we agreed.”", "the '90s and the 1800s' end",
        " 1,234,567.89 dollars or £12.50, about 3½ per cent", "Call 555-0134 ext. 22, or visit https://example.org/a?b=c#d",
        "mail@example.org wrote <b>bold</b> & left", "well-known, state-of-the-art -- and — then – there…",
        "wait...what?! No!!!", "(laughs) [applause] ♪ la la ♪ ♪♪ *sighs*", "#breaking @newsroom 100% $5 €7 ¥9 ~ ^ | \\ / _ ` { }",
        "A\tB\tC", "line one\nline two\n\nline four\r\nline five", "  leading", "trailing  ", "many     spaces   inside",
        "\n", "\n\n\n", " \n \n ", "\t\t x", "tab\t then", "nbsp\u00a0here\u00a0", "thin\u2009space\u3000wide", "zero\u200bwidth\u200djoin",
        "soft\u00adhyphen", "CamelCaseAndACRONYMS", "x86_64 v2.0.1-rc3", "1st 2nd 3rd 4th", "2+2=4; 3<5>1", "a.b.c.d",
        "Mr. O'Neill-Smith, Ph.D., of Sant'Elia", "naïve café façade coöperate résumé", "ﬁnancial ﬂow", "Ｆｕｌｌ　ｗｉｄｔｈ １２３",
        "①②③ Ⅷ ⅔ ² ³", "x² + y₂ ≥ √2 ≠ ∞", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ha" * 30, "no no no no no no no no",
        "Supercalifragilisticexpialidocious antidisestablishmentarianism", "the the the The THE tHe",
        "e\u0301 combining, ñ n\u0303", "👍 👍🏽 👨‍👩‍👧‍👦 🇺🇳 ❤️ 😀😀", "🎵 music 🎶", "\u0000\u0001\u001f\u007f", "\ufeffbom", "\ufffd",
        "\U0010ffff\ue000", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛", "it’s ‘curly’ ´odd` ʼokina", "end.", " end", "I.", "'s", " 's", "''s", "'S 'RE",
        "<|notaspecial|> <|0.5|>", "»Zitat« ‚so‘ „auch“", "C:\\path\\file.txt", "12:30–13:45", "10 000 000", "1e-5 0x1F",
    ],
    "de": ["Guten Abend, meine Damen und Herren.", "Die Straßenbahnhaltestelle wird größer; Öffnungszeiten ändern sich.",
           "Er sagte: „Das geht so nicht!“", "Donaudampfschifffahrtsgesellschaftskapitän", "1.000,50 € bis 31.12."],
    "fr": ["Bonsoir, c'est l'heure des nouvelles.", "L'été dernier, qu'est-ce qu'il y avait ? Rien !", "« Où ça ? » a-t-il dit.",
           "Cœur, œuvre, naïf, où, ÇA"],
    "es": ["¿Qué pasó ayer? ¡Nadie lo sabe!", "El niño comió piñones en Logroño.", "Mañana, a las 8:15, sesión plenaria."],
    "pt": ["A reunião não começará às três.", "Órgãos, opiniões e informações"], "it": ["Perché no? È già l'una.", "L'università dell'Aquila"],
    "nl": ["'s Avonds eet hij zo'n ijsje.", "Het geheime overleg begon om zes uur."], "pl": ["Zażółć gęślą jaźń.", "Wczoraj w Łodzi spadł śnieg."],
    "cs": ["Příliš žluťoučký kůň úpěl ďábelské ódy."], "hu": ["Árvíztűrő tükörfúrógép", "Jó estét kívánok!"], "ro": ["Știri și țări, înainte"],
    "tr": ["İstanbul'da ığdır, çığ ve şimşek", "Işık ile ışıl"], "vi": ["Xin chào, thời tiết hôm nay rất đẹp."], "sv": ["Åk ej på ön"],
    "is": ["Góðan daginn, þetta er ævintýri."], "fi": ["Hyvää yötä, äiti"], "cy": ["Llanfairpwllgwyngyll"], "haw": ["ʻŌlelo Hawaiʻi"],
    "ru": ["Добрый вечер, в эфире новости.", "Ёлка, съезд, объявление №5", "В 2024 году — «итоги»"],
    "uk": ["Доброго вечора, ми з України.", "Її м'яч і п'ять ґудзиків"], "bg": ["Здравейте, днес е хубав ден."], "sr": ["Њујорк и Џон", "Ljubav"],
    "el": ["Καλησπέρα, τα νέα της ημέρας.", "Ὁ ἄνθρωπος"], "hy": ["Բարի երեկո"], "ka": ["საღამო მშვიდობისა"], "he": ["ערב טוב, הנה החדשות.", "שָׁלוֹם"],
    "yi": ["גוט אָוונט"], "ar": ["مساء الخير، إليكم الأخبار.", "السَّلَامُ عَلَيْكُمْ ١٢٣"], "fa": ["شب بخیر، می‌خواهم بروم"], "ur": ["شام بخیر، یہ خبریں ہیں"],
    "hi": ["नमस्ते, आज के समाचार।", "हिन्दी में क्षेत्र १२३"], "mr": ["शुभ संध्याकाळ"], "ne": ["शुभ साँझ"], "bn": ["শুভ সন্ধ্যা, আজকের খবর।"], "as": ["শুভ সন্ধিয়া ৰ"],
    "pa": ["ਸ਼ੁਭ ਸ਼ਾਮ"], "gu": ["શુભ સાંજ"], "ta": ["மாலை வணக்கம்"], "te": ["శుభ సాయంత్రం"], "kn": ["ಶುಭ ಸಂಜೆ"], "ml": ["ശുഭ സായാഹ്നം"], "si": ["සුභ සන්ධ්‍යාවක්"],
    "th": ["สวัสดีตอนเย็น ข่าววันนี้", "น้ำท่วมใหญ่ 3 จังหวัด"], "lo": ["ສະບາຍດີຕອນແລງ"], "my": ["မင်္ဂလာညနေခင်းပါ"], "km": ["សាយណ្ហសួស្តី"], "bo": ["དགོང་དྲོ་བདེ་ལེགས།"],
    "am": ["እንደምን አመሹ"], "zh": ["晚上好，这里是新闻。", "二〇二四年，經濟增長3.5%", "你好world混合text"], "yue": ["你哋好，今晚嘅新聞", "佢喺度做乜嘢？"],
    "ja": ["こんばんは、ニュースの時間です。", "２０２４年、東京オリンピックのメダル", "「はい」と彼は言った。ﾊﾝｶｸ", "々〆ヶヵ"],
    "ko": ["안녕하세요, 저녁 뉴스입니다.", "ㅋㅋㅋ 한국어 text 섞기"], "mn": ["Оройн мэнд"], "kk": ["Қайырлы кеш, Қазақстан"], "tg": ["Шоми хуш ба хайр"],
    "yo": ["Ẹ káalẹ́, ọ̀rọ̀ ìròyìn"], "ha": ["Barka da yamma, ƙasa"], "sw": ["Habari za jioni"], "mi": ["Pō mārie"], "mt": ["Il-lejla t-tajba, ħobż"], "lb": ["Gudden Owend"],
}


def woven():
    """Joins pieces by a fixed rule, so that every kind of neighbour is seen."""
    pieces = ["word", " Word", "'s", "'ll", "9", " 42", " ", "  ", "\n", ".", " -", "é", "日本", "ि", "👍", "\u00a0", "—", "_", "'", "…"]
    state, texts = 1, []
    for _ in range(160):
        text = ""
        for _ in range(8):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            text += pieces[(state >> 33) % len(pieces)]
        texts.append(text)
    return texts


def mini(texts):
    ranks = {bytes([byte]): byte for byte in range(256)}
    ranks.update({token.encode(): 256 + index for index, token in enumerate(MERGED)})
    encoding = tiktoken.Encoding("mini", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    return [encoding.encode_ordinary(text) for text in texts]


def model(folder, multilingual, texts):
    def tokenizer(language):
        task = "transcribe" if multilingual else None
        return Tokenizer(tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json"), multilingual, task, language if multilingual else None)

    english = tokenizer("en")
    encoded, words = [], []
    by_language = {}
    for language, text in texts:
        if not multilingual:
            language = "en"
        peer = by_language.setdefault(language, None) or tokenizer(language)
        by_language[language] = peer
        tokens = peer.encode(text)
        assert peer.decode(tokens) == text or "\ufffd" in peer.decode(tokens), text
        encoded.append(tokens)
        split, split_tokens = peer.split_to_word_tokens(tokens + [peer.eot])
        words.append([[word, len(tokens)] for word, tokens in zip(split, split_tokens)])
    special = ["eot", "sot", "translate", "transcribe", "sot_lm", "sot_prev", "no_speech", "no_timestamps", "timestamp_begin"]
    languages = {code: english.tokenizer.token_to_id(f"<|{code}|>") for code in sorted(NAMED)}
    return {
        "special": [getattr(english, name) for name in special],
        "languages": {code: token for code, token in languages.items() if token is not None},
        "non_speech": list(english.non_speech_tokens),
        "encoded": encoded,
        "words": words,
    }


def main(models):
    texts = [(language, text) for language, group in NAMED.items() for text in group] + [("en", text) for text in woven()]
    values = {
        "texts": [list(pair) for pair in texts],
        "mini": mini([text for _, text in texts]),
        "base": model(f"{models}/base", True, texts),
        "tiny.en": model(f"{models}/tiny.en", False, texts),
    }
    json.dump(values, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.write("\n")


main(sys.argv[1])
