"""What is kept sealed: personal answers, files and papers, and the keys that open them.

Whoever stores personal data gets a data key for it, seals with it, and erases by dropping it. Files are
judged by what is in them, cleaned, and only then called safe.
"""

from typing import TYPE_CHECKING

from ..doors import door

if TYPE_CHECKING:
    from .apart import NoAnswer, read_apart
    from .blind import digest, forget, lookup, remember, remember_all
    from .files import check_harmless, files_about, keep_artefact, open_file, remove_file, take_file
    from .intake import DEFAULT, Limits
    from .models import DataKey, FileKind, FileState, StoredFile
    from .scanning import scanner_state
    from .sealing import (
        destroy_key,
        new_key,
        new_master_key,
        rewrap_all,
        seal,
        seal_bytes,
        seal_with,
        unseal,
        unseal_bytes,
        unseal_with,
    )

__all__ = [
    "DEFAULT",
    "DataKey",
    "FileKind",
    "FileState",
    "Limits",
    "NoAnswer",
    "StoredFile",
    "check_harmless",
    "destroy_key",
    "digest",
    "files_about",
    "forget",
    "keep_artefact",
    "lookup",
    "new_key",
    "new_master_key",
    "open_file",
    "read_apart",
    "remember",
    "remember_all",
    "remove_file",
    "rewrap_all",
    "scanner_state",
    "seal",
    "seal_bytes",
    "seal_with",
    "take_file",
    "unseal",
    "unseal_bytes",
    "unseal_with",
]
__getattr__ = door(
    __name__,
    apart="NoAnswer read_apart",
    blind="digest forget lookup remember remember_all",
    files="check_harmless files_about keep_artefact open_file remove_file take_file",
    intake="DEFAULT Limits",
    models="DataKey FileKind FileState StoredFile",
    scanning="scanner_state",
    sealing="destroy_key new_key new_master_key rewrap_all seal seal_bytes seal_with unseal "
    "unseal_bytes unseal_with",
)
