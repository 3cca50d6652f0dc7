"""The name tier: people found by what stands around them, with the lexicons as witnesses.

A word is *strong* when only a name list has it, *unknown* when no list has it, *ambiguous* when it is a name and an
English, medical or eponymous word ("Brown", "Foley"), *plain* otherwise. Strong words need no context, unknown ones a
little, ambiguous ones a title, a label, a credential, a relation or a strong neighbour. A name once found is then
found everywhere in its document (``propagation``).

Every rule is a handful of array operations over all the words of a batch: a megabyte holds 170,000 words, and a
Python step for each would cost more than everything else together.
"""

from __future__ import annotations

from typing import Any

from cloister.phi import (
    name_beside,
    name_cued,
    name_forms,
    name_initials,
    name_kin,
    name_lone,
    name_pairs,
    name_queries,
    name_roles,
    name_signed,
    name_small,
    name_small_queries,
)
from cloister.phi.name_ground import Ground
from cloister.phi.uncertain import uncertain
from cloister.phi.wording import Words

RULES = (
    name_cued.titles,
    name_cued.labels,
    name_cued.credentials,
    name_pairs.backwards,
    name_pairs.initials,
    name_pairs.pairs,
    name_cued.aliases,
    name_cued.cues,
    name_lone.lone,
    name_forms.other_scripts,
    name_forms.two_letters,
    name_initials.signed,
    name_roles.roles,
    name_beside.beside,
    name_signed.initialled,
    name_kin.kin,
    name_queries.entries,
    name_queries.asked,
    name_queries.treated,
    name_queries.aged,
    name_queries.handled,
    name_forms.articled,
    name_lone.joined,
    name_small.small,
    name_small_queries.small_queries,
    uncertain,
    name_pairs.everyday,
    name_pairs.worded,
    name_pairs.leads,
    name_lone.joined,  # to what the model has found
    name_pairs.tails,
    name_signed.suffixes,
)


def find_names(words: Words, model: bool = True) -> list[tuple[Any, Any, float, str]]:
    """Names as (first words, last words, score, reason), one entry for each rule; strongest rule first.

    ``model`` False leaves out the statistical model.
    """
    ground = Ground(words)
    for rule in RULES:
        if model or rule is not uncertain:
            rule(ground)
    return ground.found
