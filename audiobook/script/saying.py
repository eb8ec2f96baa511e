"""The verbs of saying in the languages that are read, and whoever may stand beside them: a tag, as it begins."""

from __future__ import annotations

VERB = (
    r"(?:said|says?|saying|cr(?:y|ied|ies|ying)|ask(?:ed|s|ing)?|repl(?:y|ied|ies|ying)|answer(?:ed|s|ing)?|"
    r"exclaim(?:ed|s|ing)?|call(?:ed|ing) out|shout(?:ed|s|ing)?|whisper(?:ed|s|ing)?|mutter(?:ed|s|ing)?|"
    r"murmur(?:ed|s|ing)?|return(?:ed|s)|add(?:ed|s|ing)|repeat(?:ed|s|ing)?|begin|began|begun|continued?|"
    r"resumed?|observed?|remark(?:ed|s|ing)?|respond(?:ed|s)?|retort(?:ed|s)?|interrupted|interposed|sighed|"
    r"gasped|screamed|yelled|roared|growled|thought|wondered|echoed|laughed|sang|inquired|enquired|demanded|"
    r"ejaculated|announced|declared|suggested|explained|pleaded|protested|told|went on|admitted|agreed|put in|"
    r"dit|fit|répond(?:it|ait)|demand(?:a|ait)|reprit|s[’']écria|murmura|ajouta|cria|répliqua|pensa|"
    r"sagte|fragte|rief|antwortete|erwiderte|meinte|flüsterte|dachte|"
    r"dijo|pregunt(?:ó|aba)|respondió|contestó|exclamó|gritó|murmuró|añadió|susurró|repuso|replicó|pensó|"
    r"disse|chiese|rispose|esclamò|gridò|mormorò|aggiunse|perguntou|respondeu|exclamou|gritou|murmurou|"
    r"сказал[аи]?|спросил[аи]?|ответил[аи]?|крикнул[аи]?|прошептал[аи]?|произн[её]с(?:ла|ли)?|подумал[аи]?|"
    r"powiedział[ay]?|zapytał[ay]?|odpowiedział[ay]?|odparł[ay]?|zawołał[ay]?)")
WHO = (r"(?:I|he|she|they|we|it|you|one|who|(?:the|his|her|my|their|a|an|this|that)\s+[\w’'-]+(?:\s+[\w’'-]+){0,3}?|"
       r"[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*){0,3})")
TAG = rf"(?:{VERB}(?![\w’'])|{WHO}\s+(?:\w+ly\s+|had\s+|would\s+|was\s+)?{VERB}(?![\w’']))"
"""A tag as it begins: the verb and whoever says it, in either order."""
