"""Other names of what a picture is labelled with: synonyms and wider words (WordNet), and what people say every day."""
# ruff: noqa: E501 - the table is read by its rows

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from calotype.features.search.sentence.words import word_set

_WORDNET = ("local", "imagenet1k_wordnet.json")  # beside the labels that it explains; data, not code of an adapter

# What people call things, where neither a label nor its WordNet neighbours hold the word. The key is a label's first name
# or one of its parents; the words go to all labels below it.
EVERYDAY: Mapping[str, str] = {
    "motor scooter": "motorcycle motorbike", "moped": "motorcycle motorbike", "airliner": "plane jet aeroplane",
    "warplane": "plane jet aeroplane", "airship": "blimp zeppelin", "seashore": "beach sea ocean shore",
    "sandbar": "beach sand sea", "promontory": "coast cliff sea", "cliff": "rock", "alp": "mountain mountains peak snow",
    "valley": "mountains hills", "volcano": "mountain", "lakeside": "lake water", "jack-o'-lantern": "pumpkin halloween",
    "minibus": "bus", "trolleybus": "bus", "school bus": "bus", "streetcar": "tram", "bullet train": "train railway",
    "steam locomotive": "train railway", "electric locomotive": "train railway", "passenger car": "train railway",
    "freight car": "train railway", "police van": "police", "moving van": "truck lorry", "trailer truck": "truck lorry",
    "garbage truck": "lorry", "tow truck": "lorry", "pickup": "truck", "beach wagon": "car", "minivan": "car",
    "sports car": "car", "convertible": "car", "cab": "taxi car", "jeep": "car", "limousine": "car", "racer": "race car",
    "car wheel": "car tyre", "grille": "car", "mountain bike": "bicycle bike", "bicycle-built-for-two": "bicycle bike",
    "cellular telephone": "phone mobile smartphone", "dial telephone": "phone", "pay-phone": "phone",
    "notebook": "laptop computer", "laptop": "computer", "desktop computer": "pc computer", "screen": "monitor computer",
    "monitor": "computer screen", "computer keyboard": "keyboard computer", "television": "tv", "studio couch": "sofa couch",
    "rocking chair": "armchair", "folding chair": "chair", "barber chair": "chair armchair", "dining table": "table",
    "fountain": "water", "steel arch bridge": "bridge", "suspension bridge": "bridge", "viaduct": "bridge",
    "church": "cathedral chapel", "bell cote": "church tower", "monastery": "church abbey", "mosque": "minaret",
    "palace": "castle building", "castle": "fortress", "beacon": "lighthouse", "dome": "basilica cathedral",
    "street sign": "sign street", "traffic light": "street lights", "parking meter": "street", "espresso": "coffee cup",
    "coffee mug": "coffee cup", "cup": "coffee tea", "hotdog": "hot dog sausage food", "cheeseburger": "burger hamburger food",
    "pizza": "food", "plate": "food dish meal", "ice cream": "icecream dessert", "french loaf": "bread", "bagel": "bread",
    "groom": "wedding bride bridegroom", "gown": "wedding bride dress", "stage": "concert theatre", "violin": "orchestra music",
    "cello": "orchestra music", "balloon": "hot-air", "geyser": "steam", "stone wall": "wall rocks", "web site": "screenshot",
    "menu": "text", "scuba diver": "diver diving underwater", "coral reef": "underwater sea", "snorkel": "diving underwater",
    "ballplayer": "baseball player sport", "rugby ball": "sport", "soccer ball": "football sport", "ski": "skiing snow",
    "snowmobile": "snow", "dogsled": "snow", "comic book": "drawing cartoon", "book jacket": "book cover poster",
    "library": "books", "bookshop": "books", "bookcase": "books shelf", "packet": "package", "candle": "candles light",
    "daisy": "flower flowers", "rapeseed": "field flowers yellow", "yellow lady's slipper": "flower orchid",
    "pot": "plant flower", "greenhouse": "plants", "maze": "garden hedge", "picket fence": "fence garden",
    "patio": "terrace garden", "boathouse": "lake", "dock": "harbour harbor port boats", "breakwater": "harbour sea",
    "pier": "sea", "yawl": "sailboat sailing", "schooner": "sailboat sailing ship", "trimaran": "sailboat sailing",
    "catamaran": "sailboat sailing", "liner": "ship cruise", "container ship": "ship", "speedboat": "boat",
    "canoe": "boat kayak", "gondola": "boat", "dog": "dog puppy", "domestic cat": "cat kitten", "tabby": "cat kitten",
    "tiger cat": "kitten", "egyptian cat": "kitten", "ram": "sheep", "ox": "cow cattle", "water buffalo": "cow",
    "sorrel": "horse", "hog": "pig", "cock": "rooster chicken", "hen": "chicken", "macaw": "parrot", "lorikeet": "parrot",
    "sulphur-crested cockatoo": "parrot", "african grey": "parrot", "bald eagle": "eagle", "kite": "bird of prey",
    "great grey owl": "owl", "loggerhead": "sea turtle", "leatherback turtle": "sea turtle", "daddy longlegs": "spider",
    "monarch": "butterfly", "lens cap": "camera", "reflex camera": "camera", "polaroid camera": "camera",
    "acoustic guitar": "guitar", "electric guitar": "guitar", "grand piano": "piano", "upright": "piano",
    "matchstick": "fire flame", "torch": "fire flame", "spotlight": "light lights", "theater curtain": "theatre stage",
    "bow tie": "suit", "windsor tie": "suit tie", "suit": "man", "sunglass": "sunglasses", "sunglasses": "glasses",
    "crib": "baby cot", "bassinet": "baby cot", "diaper": "baby nappy", "cradle": "baby", "tub": "bath", "bathtub": "bath",
    "spaghetti squash": "pumpkin", "orange": "oranges fruit", "lemon": "lemons lime fruit", "granny smith": "apple fruit",
    "banana": "fruit", "pineapple": "fruit", "strawberry": "strawberries fruit", "corn": "food", "head cabbage": "vegetable",
}  # fmt: skip

# Everyday words that only go together with the thing: they find it, but "-snow" does not leave out all skis.
_COMPANIONS = word_set(
    "sea ocean shore beach sand snow water sky coast lake mountain mountains hills peak rock rocks cliff street lights light "
    "text wedding bride music orchestra sport concert stage theatre steam garden field hedge fence plant plants fire flame "
    "halloween cup table sign building abbey diver diving underwater boats port baby man player dress suit"
)


@dataclass(frozen=True)
class Names:
    """`synonyms` mean the same thing, `parents` are wider words, the nearest first; `everyday` are what people say for
    it, single words, and `companions` what is mostly beside it."""

    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()


NO_NAMES = Names()


@cache
def _wordnet() -> dict[str, Names]:
    resource = files("calotype.ports.vision").joinpath(*_WORDNET)
    names: dict[str, Names] = {}
    for row in json.loads(resource.read_text("utf-8")):
        synonyms = [name.lower() for name in row["names"]]
        parents = [name.lower() for name in row["hypernyms"]]
        everyday = dict.fromkeys(word for name in (*synonyms, *parents) for word in EVERYDAY.get(name, "").split())
        # two senses of one name (crane the bird, crane the machine): the first one stands
        said = tuple(word for word in everyday if word not in _COMPANIONS)
        beside = tuple(word for word in everyday if word in _COMPANIONS)
        names.setdefault(synonyms[0], Names(tuple(synonyms[1:]), tuple(parents), said, beside))
    return names


def names_of(label: str) -> Names:
    """Return the other names of a label, none for one that is not in the thesaurus."""
    return _wordnet().get(label.lower(), NO_NAMES)


def words_for(labels: Iterable[str]) -> frozenset[str]:
    """Return every word that these labels speak for: of their names, wider names and everyday words."""
    words: set[str] = set()
    for label in labels:
        names = names_of(label)
        for name in (label, *names.synonyms, *names.parents, *names.everyday):
            words.update(name.replace("-", " ").split())
    return frozenset(words)


@cache
def all_label_words() -> frozenset[str]:
    """Return every name of the thesaurus and every word of them: words that a person may mean as a thing."""
    words: set[str] = set()
    for label, names in _wordnet().items():
        for name in (label, *names.synonyms, *names.parents, *names.everyday, *names.companions):
            words.add(name)
            words.update(name.replace("-", " ").split())
    return frozenset(words)
