"""What people read in place of a name: data sets, models, policies, attributes and their values.

A name without a row here (someone's own column or category) is shown as it is.
"""

from __future__ import annotations

from dashboard.access.session import current_person
from dashboard.i18n import N_, Translator
from dashboard.uploads.names import is_own
from dashboard.uploads.store import store_of

__all__ = [
    "attribute_label",
    "attribute_words",
    "category_label",
    "item_attribute_label",
    "item_attribute_words",
    "job_label",
    "label",
    "person_label",
    "stage_label",
    "value_label",
]

NAMES = {
    "ml-100k": N_("MovieLens 100K (films)"),
    "ml-1m": N_("MovieLens 1M (films)"),
    "planted": N_("Planted world (synthetic)"),
    "popularity": N_("Popularity"),
    "item-knn": N_("Item neighbours (ItemKNN)"),
    "user-knn": N_("People neighbours (UserKNN)"),
    "ease": N_("Linear item-to-item (EASE)"),
    "admm-slim": N_("Sparse linear item-to-item (SLIM)"),
    "graph-filter": N_("Graph filter (GF-CF)"),
    "als": N_("Matrix factorisation (ALS)"),
    "content": N_("Texts that read alike (content)"),
    "bpr": N_("Pairwise factorisation (BPR)"),
    "logistic-mf": N_("Logistic factorisation (LXR's MF)"),
    "mult-vae": N_("Variational auto-encoder (Mult-VAE)"),
    "lightgcn": N_("Graph convolution (LightGCN)"),
    "lightgcn-kg": N_("Graph convolution with further edges (LightGCN)"),
    "factorisation-machine": N_("Factorisation machine, with who and when"),
    "sasrec": N_("Self-attention over the order (SASRec)"),
    "two-tower": N_("Text and ids in two towers (two-tower)"),
    "lstm": N_("Recurrent network over the order (LSTM)"),
    "hybrid": N_("Hybrid, weighted"),
    "hybrid-votes": N_("Hybrid, by votes"),
    "hybrid-stacked": N_("Hybrid, learned weights"),
    "epsilon-greedy": N_("Epsilon-greedy, place by place"),
    "tail-epsilon-greedy": N_("Epsilon-greedy among less popular items"),
    "cluster-exploration": N_("Chance among hardly touched kinds of items"),
    "interest-exploration": N_("Chance among new interests nearby"),
    "plackett-luce": N_("Plackett-Luce (softmax draw)"),
    "beta-thompson": N_("Thompson sampling over items (Beta)"),
    "linear-thompson": N_("Thompson sampling over tastes (linear)"),
    "group-exposure": N_("Exposure by share of provider groups"),
    "linucb": N_("Upper confidence bound (LinUCB)"),
    "neural-linear-ucb": N_("Upper confidence bound (neural-linear)"),
    "mmr": N_("Unlike what stands above (MMR)"),
    "popularity-xquad": N_("Popularity as in the history (xQuAD)"),
    "calibration": N_("Categories as in the history (calibration)"),
    "fa-ir": N_("Least places for provider groups (FA*IR)"),
    "greedy": N_("Greedy"),
    "exact": N_("exact, from the model's own form"),
    "leave-one-out": N_("leaving out one item at a time"),
    "enumeration": N_("exact, from every subset"),
    "permutation": N_("sampled orders (Shapley)"),
    "shap": N_("sampled orders, by the library SHAP"),
    "lime": N_("local line, by the library LIME"),
    "masked-lime": N_("local line (LIME), our own"),
}
ATTRIBUTES = {
    "gender": N_("Gender"),
    "age_band": N_("Age band"),
    "occupation": N_("Occupation"),
    "group": N_("Group"),
    "taste": N_("Favourite category"),
    "activity": N_("Items in the history"),
}
VALUES = {
    "F": N_("women"),
    "M": N_("men"),
    "Under 18": N_("under 18"),
    "(missing)": N_("(not stated)"),
    "administrator": N_("administrator"),
    "artist": N_("artist"),
    "doctor": N_("doctor"),
    "educator": N_("educator"),
    "engineer": N_("engineer"),
    "entertainment": N_("entertainer"),
    "executive": N_("executive"),
    "healthcare": N_("healthcare worker"),
    "homemaker": N_("homemaker"),
    "lawyer": N_("lawyer"),
    "librarian": N_("librarian"),
    "marketing": N_("marketing"),
    "none": N_("no occupation"),
    "other": N_("other occupation"),
    "programmer": N_("programmer"),
    "retired": N_("retired"),
    "salesman": N_("salesperson"),
    "scientist": N_("scientist"),
    "student": N_("student"),
    "technician": N_("technician"),
    "writer": N_("writer"),
}
ITEM_ATTRIBUTES = {
    "provider": N_("Provider"),
    "categories": N_("Category"),
    "popularity": N_("Popularity in the log"),
    "year": N_("Year"),
    "head": N_("the popular head"),
    "tail": N_("all others"),
}
PERSON = {
    "F": N_("woman"),
    "M": N_("man"),
}
CATEGORIES = {
    "Action": N_("Action"),
    "Adventure": N_("Adventure"),
    "Animation": N_("Animation"),
    "Children's": N_("Children's"),
    "Comedy": N_("Comedy"),
    "Crime": N_("Crime"),
    "Documentary": N_("Documentary"),
    "Drama": N_("Drama"),
    "Fantasy": N_("Fantasy"),
    "Film-Noir": N_("Film noir"),
    "Horror": N_("Horror"),
    "Musical": N_("Musical"),
    "Mystery": N_("Mystery"),
    "Romance": N_("Romance"),
    "Sci-Fi": N_("Science fiction"),
    "Thriller": N_("Thriller"),
    "War": N_("War"),
    "Western": N_("Western"),
}


JOBS = {
    "audit": N_("Audit"),
    "audit-lists": N_("Audit of lists you brought"),
    "curve": N_("Measuring every rate"),
    "estimate": N_("What another policy would have earned"),
    "explain": N_("Asking the model why"),
    "fit": N_("Learning"),
    "justify": N_("Reasons in words"),
    "measure": N_("Measuring everyone's list"),
    "read": N_("Reading the data"),
    "simulate": N_("Feedback simulation"),
}
STAGES = {
    "": N_("getting ready"),
    "data": N_("reading the data"),
    "search": N_("looking for the best number of epochs"),
    "fit": N_("learning from everything"),
    "lists": N_("making lists"),
    "audit": N_("auditing"),
    "rates": N_("measuring every rate"),
    "own": N_("measuring the model's own lists"),
    "measures": N_("measuring the lists"),
    "rounds": N_("rounds of feedback"),
    "drift": N_("working out how far tastes drift in the log"),
    "estimates": N_("estimating"),
    "words": N_("the language model writes"),
    "reasons": N_("asking the model about other histories"),
    "split": N_("holding some of it out"),
}


def job_label(_: Translator, name: str) -> str:
    """Name a kind of job."""
    return _translated(_, JOBS, name)


def stage_label(_: Translator, name: str) -> str:
    """Name what a worker is at."""
    return _translated(_, STAGES, name)


def label(_: Translator, name: str) -> str:
    """Return what a person reads for a data set, model, policy or method.

    A data set of one's own is called as its owner calls it; nobody else has a name for it.
    """
    if is_own(name):
        kept = store_of(current_person()).kept()
        return next((about.title for about in kept if about.name == name), name)
    return _translated(_, NAMES, name)


def attribute_label(_: Translator, name: str) -> str:
    """Return what a person reads for a user attribute."""
    return " × ".join(_translated(_, ATTRIBUTES, part) for part in name.split("*"))


def attribute_words(_: Translator, name: str) -> str:
    """Return a user attribute as it reads within a sentence.

    Examples
    --------
    >>> from dashboard.i18n import translator
    >>> attribute_words(translator("en"), "gender*activity"), attribute_words(translator("en"), "A")
    ('gender × items in the history', 'A')
    """
    return " × ".join(_within(_, ATTRIBUTES, part) for part in name.split("*"))


def item_attribute_words(_: Translator, name: str) -> str:
    """Return an item attribute as it reads within a sentence."""
    return _within(_, ITEM_ATTRIBUTES, name)


def _within(_: Translator, table: dict[str, str], name: str) -> str:
    """Begin with a small letter, where the words are ours; a column is called what it is called."""
    words = _translated(_, table, name)
    return words[:1].lower() + words[1:] if name in table else words


def value_label(_: Translator, value: object) -> str:
    """Return what a person reads for the value of a user attribute, i.e. for a group."""
    text = "(missing)" if value is None else str(value)
    return " & ".join(_band_label(_, part) for part in text.split(" & "))


def _band_label(_: Translator, part: str) -> str:
    """Name one value; a band of numbers, as audits write it, is named by its ends."""
    low, between, high = part.partition(" to < ")
    if between and _is_number(low) and _is_number(high):
        return _("{low} to below {high}", low=low, high=high)
    return _translated(_, VALUES, part)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()


def person_label(_: Translator, value: object) -> str:
    """Return what the value of a user attribute says about one person."""
    return _(PERSON[str(value)]) if str(value) in PERSON else value_label(_, value)


def category_label(_: Translator, name: str) -> str:
    """Return what a person reads for an item category."""
    return _translated(_, CATEGORIES, name)


def item_attribute_label(_: Translator, name: str) -> str:
    """Return what a person reads for an item attribute, or for one of its groups."""
    known = ITEM_ATTRIBUTES if name in ITEM_ATTRIBUTES else CATEGORIES
    return _translated(_, VALUES if name in VALUES else known, name)


def _translated(_: Translator, table: dict[str, str], name: str) -> str:
    return _(table[name]) if name in table else name
