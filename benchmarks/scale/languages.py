"""Words of twenty languages in fourteen scripts, and more coined from their pieces.

A vocabulary of real size matters to what is measured: dictionaries of a search index grow
with it. So each language's few words are cut and joined to 3,000, used as often as their ranks
say (Zipf), which gives texts the look of the language and no meaning.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

VOCABULARY = 3000
# The share of words past rank k is about k to the power of minus this.
_SKEW = 0.7


@dataclass(frozen=True)
class Language:
    """A language: how often it's used, what stands between words and ends a sentence."""

    code: str
    weight: int
    words: str
    space: str = " "
    stop: str = "."


LANGUAGES = (
    Language(
        "en",
        40,
        "the of and harbour council ferry bridge morning report because nobody weather island "
        "repair minister could school station which after engine storm answer people water",
    ),
    Language(
        "de",
        8,
        "der die und nicht Hafen Brücke Bürger Straße Gemeinde weil gestern Bericht Wetter "
        "Verspätung Fähre Schule Meinung übrigens Größe Kraftwerk Zeitung natürlich",
    ),
    Language(
        "fr",
        6,
        "le la les des où déjà mairie tempête bateau école été réponse aujourd’hui marché "
        "dépêche naufrage peut-être citoyens œuvre pêcheurs fenêtre longtemps",
    ),
    Language(
        "es",
        6,
        "el los que puerto mañana ayuntamiento niño tormenta isla escuela respuesta también "
        "barco ¿cómo? periódico señal corazón después vecinos ferrocarril",
    ),
    Language(
        "pt",
        3,
        "os não porto amanhã câmara ilha tempestade escola resposta também navio coração "
        "vizinhos estação jornal ação irmãos então",
    ),
    Language(
        "pl",
        3,
        "nie się jest most miasto wczoraj źródło żołnierz pogoda szkoła odpowiedź również "
        "łódź gazeta święto ząb rzeka dlaczego",
    ),
    Language(
        "tr",
        3,
        "ve bir değil liman köprü ışık belediye fırtına okul cevap çünkü ağaç gemi "
        "öğretmen şehir gazete yağmur İstanbul",
    ),
    Language(
        "vi",
        2,
        "và của không người bến cảng thành phố trường học câu trả lời thời tiết được "
        "những một cầu tàu biển nước",
    ),
    Language(
        "ru",
        6,
        "и не что порт мост город вчера погода школа ответ также корабль газета весна "
        "сосед станция почему объявление ещё подъезд",
    ),
    Language(
        "uk",
        3,
        "і не що гавань міст їжак вчора погода школа відповідь також човен газета ґанок "
        "сусід станція чому оголошення п’ять",
    ),
    Language(
        "el",
        2,
        "και δεν το λιμάνι γέφυρα πόλη χθες καιρός σχολείο απάντηση επίσης πλοίο "
        "εφημερίδα γείτονας σταθμός γιατί ήλιος",
    ),
    Language(
        "he",
        2,
        "של לא נמל גשר עיר אתמול מזג בית ספר תשובה גם ספינה עיתון שכן תחנה למה שלום",
    ),
    Language(
        "ar",
        3,
        "في من لا ميناء جسر مدينة أمس طقس مدرسة جواب أيضا سفينة جريدة جار محطة لماذا سلام",
        stop="۔",
    ),
    Language(
        "hi",
        2,
        "और नहीं में बंदरगाह पुल शहर कल मौसम विद्यालय उत्तर भी जहाज़ अख़बार पड़ोसी स्टेशन क्यों",
        stop="।",
    ),
    Language(
        "ka",
        1,
        "და არა პორტი ხიდი ქალაქი გუშინ ამინდი სკოლა პასუხი ასევე გემი გაზეთი მეზობელი",
    ),
    Language(
        "am",
        1,
        "እና አይደለም ወደብ ድልድይ ከተማ ትናንት የአየር ትምህርት መልስ ደግሞ መርከብ ጋዜጣ ጎረቤት ጣቢያ",
        stop="።",
    ),
    Language(
        "th",
        1,
        "และ ไม่ ท่าเรือ สะพาน เมือง เมื่อวาน อากาศ โรงเรียน คำตอบ ด้วย เรือ หนังสือพิมพ์ สถานี",
        space="",
        stop=" ",
    ),
    Language(
        "zh",
        4,
        "的 不 港口 桥梁 城市 昨天 天气 学校 回答 也 船只 报纸 邻居 车站 为什么 风暴 议会 修理",
        space="",
        stop="。",
    ),
    Language(
        "ja",
        3,
        "の ない 港 橋 都市 昨日 天気 学校 答え また 船 新聞 隣人 駅 なぜ 嵐 議会 フェリー です",
        space="",
        stop="。",
    ),
    Language(
        "ko",
        1,
        "그리고 아니다 항구 다리 도시 어제 날씨 학교 대답 또한 배 신문 이웃 역 왜 폭풍 의회 수리",
    ),
)


class Vocabulary:
    """A language's words by rank, and sentences of them."""

    def __init__(self, language: Language, seed: str) -> None:
        self.language = language
        chance = random.Random(f"{seed}:{language.code}")
        # A dict, because a set has another order in each process.
        known = dict.fromkeys(language.words.split())
        heads = [word[: (len(word) + 1) // 2] for word in known]
        tails = [word[(len(word) + 1) // 2 :] or word for word in known]
        joined = dict(known)
        while len(joined) < VOCABULARY:
            word = chance.choice(heads) + chance.choice(tails)
            while word in joined:
                word += chance.choice(tails)
            joined[word] = None
        self.words = list(joined)

    def word(self, chance: random.Random) -> str:
        """Return a word, the first ones often."""
        rank = int(chance.paretovariate(_SKEW)) - 1
        return self.words[rank % VOCABULARY]

    def phrase(self, chance: random.Random, words: int) -> str:
        """Return so many words, the first in a capital where the script has any."""
        said = self.language.space.join(self.word(chance) for _ in range(words))
        return said[:1].upper() + said[1:]

    def sentence(self, chance: random.Random) -> str:
        """Return a sentence of 4 to 20 words."""
        return self.phrase(chance, chance.randint(4, 20)) + self.language.stop
