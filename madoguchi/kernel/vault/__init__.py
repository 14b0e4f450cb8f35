"""What is kept sealed: personal answers, files and papers, and the keys that open them.

Whoever stores personal data gets a data key for it, seals with it, and erases by dropping it. Files are
judged by what is in them, cleaned, and only then called safe.
"""

from typing import TYPE_CHECKING

from ..doors import door

if TYPE_CHECKING:
    from .blind import forget, lookup, remember, remember_all
    from .files import files_about, keep_artefact, open_file, remove_file, take_file
    from .intake import DEFAULT, Limits
    from .models import DataKey, FileKind, FileState, StoredFile
    from .sealing import destroy_key, new_key, new_master_key, rewrap_all, seal, unseal

__all__ = [
    "DEFAULT",
    "DataKey",
    "FileKind",
    "FileState",
    "Limits",
    "StoredFile",
    "destroy_key",
    "files_about",
    "forget",
    "keep_artefact",
    "lookup",
    "new_key",
    "new_master_key",
    "open_file",
    "remember",
    "remember_all",
    "remove_file",
    "rewrap_all",
    "seal",
    "take_file",
    "unseal",
]
__getattr__ = door(
    __name__,
    blind="forget lookup remember remember_all",
    files="files_about keep_artefact open_file remove_file take_file",
    intake="DEFAULT Limits",
    models="DataKey FileKind FileState StoredFile",
    sealing="destroy_key new_key new_master_key rewrap_all seal unseal",
)
