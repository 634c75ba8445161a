"""Words that say nothing about a practice; they are left out of queries, never out of texts."""

__all__ = ["STOP_WORDS"]

# Folded, as queries are compared. Articles, prepositions, conjunctions and the commonest verb forms.
_WORDS = {
    "en": (
        "a an and are as at be by for from in into is it its of on or that the their to was were which with"
    ),
    "fr": (
        "a au aux avec ce ces d dans de des du elle en est et eux il la le les leur leurs l "
        "ou par pour qu que qui sa se ses son sont sur un une"
    ),
    "de": (
        "als am an auf aus bei das dem den der des die durch ein eine einem einen einer eines "
        "es fur im in ins ist mit nach oder sich sind uber um und von vom vor wie zu zum zur"
    ),
    "it": (
        "a ad ai al alla alle allo che con d da dai dal dalla dalle de degli dei del della "
        "delle dello di e ed gli i il in l la le lo nei nel nella nelle o per su sul sulla "
        "tra un una uno"
    ),
    "es": ("a al con de del e el en es la las lo los o para por que se sin sobre su sus un una unas unos y"),
    "pt": (
        "a ao aos as com da das de do dos e em entre na nas no nos o os ou para pela pelas "
        "pelo pelos por que se sem sobre sua suas um uma"
    ),
    "sv": (
        "att av de den det dem en ett for fran har i inom med och om pa samt som till under ur var vid ar"
    ),
}
STOP_WORDS = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}
