"""What the page says to whom the company login did not let in, in the browser's language."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "lang": "en",
        "title": "You are not logged in",
        "again": "Try again",
        "other": "Log in another way",
        "otherwise": "The answer of the company login could not be believed. The log says why.",
        "away": "The company login cannot be reached right now.",
        "state": "This log-in was begun elsewhere, or too long ago.",
        "denied": "The company login did not let you in.",
        "groups": "None of your groups has a role in this center. Ask whoever manages them.",
        "nobody": "Your login belongs to nobody in this center. Ask an administrator.",
    },
    "es": {
        "lang": "es",
        "title": "No ha iniciado sesión",
        "again": "Intentar de nuevo",
        "other": "Entrar de otro modo",
        "otherwise": "La respuesta del acceso de la empresa no era creíble: vea el registro.",
        "away": "El acceso de la empresa no responde ahora.",
        "state": "Este acceso se empezó en otro lugar o hace demasiado tiempo.",
        "denied": "El acceso de la empresa no le dejó entrar.",
        "groups": "Ninguno de sus grupos tiene un rol en este centro. Pregunte a quien los lleva.",
        "nobody": "Su usuario no es de nadie en este centro. Pregunte a administración.",
    },
}


def words_for(accepted: str) -> Mapping[str, str]:
    """Give the words for what a browser accepts (``Accept-Language``), English by default."""
    for wanted in accepted.lower().split(","):
        known = WORDS.get(wanted.strip()[:2])
        if known is not None:
            return known
    return WORDS["en"]
